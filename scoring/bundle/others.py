"""Whether a text names another partner, by id, name or domain.

Belongs here: comparing words. Does not: what is done about a text that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from scoring.rows import fetch

WORD = re.compile(r"\w+")
PARTNER_TERMS = """
    select partner_id, partner_id as term from marts.dim_partners
    union all
    select partner_id, name from marts.dim_partners
    union all
    select partner_id, domain from marts.dim_partners
"""


def words_of(text: str) -> tuple[str, ...]:
    """`Acme-Apps.com` as `acme apps com`: case and punctuation do not hide a name."""
    return tuple(WORD.findall(text.casefold().replace("_", " ")))


class Others:
    """The ids, names and domains of every partner but one."""

    def __init__(self, others: Iterable[str], own: Iterable[str]) -> None:
        self._own = {words for text in own if (words := words_of(text))}
        found = {words for text in others if (words := words_of(text))}
        self._others = found - self._own
        self._longest = max(map(len, self._own | self._others), default=0)

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, partner_id: str) -> Others:
        """Everybody but `partner_id`, as `marts.dim_partners` has them."""
        rows = [row for row in fetch(con, PARTNER_TERMS) if row["term"]]
        return cls(
            (row["term"] for row in rows if row["partner_id"] != partner_id),
            (row["term"] for row in rows if row["partner_id"] == partner_id),
        )

    def named_in(self, text: str) -> bool:
        """Whether `text` holds another partner's term as whole words, outside the own terms."""
        words, start = words_of(text), 0
        while start < len(words):
            spans = [words[start : start + size] for size in range(self._longest, 0, -1)]
            longest_own = next((span for span in spans if span in self._own), None)
            if any(span in self._others and len(span) > len(longest_own or ()) for span in spans):
                return True
            start += len(longest_own or " ")
        return False
