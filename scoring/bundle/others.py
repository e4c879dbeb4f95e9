"""Whether a text names another partner, by id, name or domain.

Belongs here: comparing words, and which names are also ordinary words. Does not: what is done about
a text that names somebody.

A partner may be called "The", or have the id 12. Such a name counts only where a name is expected,
and such an id only where a partner's id is; elsewhere they are a word and a number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import Enum
from functools import cache, cached_property, lru_cache
from pathlib import Path

import duckdb

from scoring.rows import fetch

WORD = re.compile(r"\w+")
# The most common words of English prose, in lower case (SCOWL, as in Debian's wamerican), and the
# names of months and weekdays, which occur in dates.
WORDS_FILE = Path(__file__).with_name("common_words.txt")
PARTNER_TERMS = """
    select partner_id, partner_id as term, 'id' as kind from marts.dim_partners
    union all
    select partner_id, name, 'name' from marts.dim_partners
    union all
    select partner_id, domain, 'domain' from marts.dim_partners
"""
# The holders include chains: a partner that took over a successor also took over what that had.
TAKEN_OVER = """
    select held.partner_id, held.holder_id
    from intermediate.int_partners__holders as held cross join run.parameters as run
    where held.holder_id <> held.partner_id and held.from_on <= run.as_of
"""
POLICY_TEXTS = """
    select table_name, column_name from information_schema.columns
    where table_schema = 'policy' and data_type = 'VARCHAR' order by all
"""
NAME_COLUMNS = re.compile(r"(?:.*_)?(?:name|customer|partner|owner|by|item|successor)")
PARTNER_COLUMNS = re.compile(r"(?:.*_)?partner_id|successor_id")
FOLDERS_OF_PARTNERS = "reseller_reports"


class Place(Enum):
    """What a text column contains: a partner's id, a name, or any words."""

    PARTNER = "partner"
    NAME = "name"
    TEXT = "text"

    @classmethod
    def of(cls, column: str) -> Place:
        """What a column of that name contains."""
        if PARTNER_COLUMNS.fullmatch(column):
            return cls.PARTNER
        return cls.NAME if NAME_COLUMNS.fullmatch(column) else cls.TEXT


@lru_cache(maxsize=1 << 16)
def words_of(text: str) -> tuple[str, ...]:
    """`Acme-Apps.com` as `acme apps com`: case and punctuation do not hide a name."""
    return tuple(WORD.findall(text.casefold().replace("_", " ")))


@cache
def common_words() -> frozenset[str]:
    """Words of the language that a text may hold without naming anybody."""
    return frozenset(WORDS_FILE.read_text("utf-8").split())


class Everybody:
    """The ids, names and domains of all partners, each sorted once by how it is recognised.

    `terms` are (kind, term), kind one of `id`, `name`, `domain`; `vocabulary` are words of the page
    or the program that name nobody.
    """

    def __init__(self, terms: Iterable[tuple[str, str]], vocabulary: Collection[str] = ()) -> None:
        self._plain = common_words() | frozenset(vocabulary)
        self.distinctive: set[tuple[str, ...]] = set()
        self.ids: set[str] = set()
        self.names: set[str] = set()
        for kind, term in terms:
            text, words = " ".join(term.split()), words_of(term)
            if not words:
                continue
            if kind == "id" and not _is_telling_id(text):
                self.ids.add(text)
            elif kind == "name" and self._is_plain(words):
                self.names.add(text)
            else:
                self.distinctive.add(words)
        self.longest = max(map(len, self.distinctive), default=0)
        self.several_words = sorted(
            (text for text in self.names if len(words_of(text)) > 1), key=lambda t: (-len(t), t)
        )
        self.written = _written(self.several_words)

    def _is_plain(self, words: tuple[str, ...]) -> bool:
        return all(word.isdigit() or word in self._plain for word in words)


class Others:
    """Everybody but one partner; the partner's own terms, (kind, term), name nobody else.

    A term with the same words as one of the partner's own counts as its own; all others are other
    partners' alone.
    """

    def __init__(self, everybody: Everybody, own: Iterable[tuple[str, str]]) -> None:
        self._every = everybody
        self._own_texts = {" ".join(term.split()) for _, term in own} - {""}
        self._own = {words_of(text) for text in self._own_texts} - {()}
        self._longest = max([everybody.longest, *map(len, self._own)])

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, partner_id: str) -> Others:
        """Everybody but `partner_id`, as `marts.dim_partners` has them."""
        rows = [row for row in fetch(con, with_taken_over(PARTNER_TERMS)) if row["term"]]
        return cls(
            Everybody(((row["kind"], row["term"]) for row in rows), policy_words(con)),
            ((row["kind"], row["term"]) for row in rows if row["partner_id"] == partner_id),
        )

    def named_in(self, text: str, place: Place = Place.TEXT) -> bool:
        """Whether `text` names another partner, outside the partner's own terms.

        A name of distinctive words counts in any case and punctuation. A name of ordinary words
        counts only as it is written, and if it is a single word only as the whole value of a name
        column. An id that is a number or a word counts as the whole value of a partner column, and
        as the folder of a partner's reports.
        """
        whole = " ".join(text.split())
        if place is Place.PARTNER and self._is_theirs(whole, self._every.ids):
            return True
        if place is not Place.TEXT and self._is_theirs(whole, self._every.names):
            return True
        folders = text.split("/")
        if folders[0] == FOLDERS_OF_PARTNERS and any(
            self._is_theirs(folder, self._every.ids) for folder in folders[2:-1]
        ):
            return True
        return self._named_in(text) or self._written_in(whole)

    def _is_theirs(self, text: str, texts: set[str]) -> bool:
        return text in texts and words_of(text) not in self._own

    def _written_in(self, text: str) -> bool:
        if self._every.written is None or not self._every.written.search(text):
            return False
        theirs, mine = self._patterns
        if theirs is None or not theirs.search(text):
            return False
        return bool(theirs.search(mine.sub(" ", text) if mine else text))

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        """The names of several ordinary words that are not the partner's own, and its own texts."""
        theirs = [t for t in self._every.several_words if words_of(t) not in self._own]
        return _written(theirs), _written(sorted(self._own_texts, key=lambda t: (-len(t), t)))

    def _named_in(self, text: str) -> bool:
        words, start = words_of(text), 0
        while start < len(words):
            spans = [words[start : start + size] for size in range(self._longest, 0, -1)]
            longest_own = next((span for span in spans if span in self._own), None)
            size = len(longest_own or ())
            # A span that is longer than the partner's longest term cannot be its own.
            if any(len(span) > size and span in self._every.distinctive for span in spans):
                return True
            start += len(longest_own or " ")
        return False


def _is_telling_id(text: str) -> bool:
    """Whether an id cannot be mistaken for anything else: letters and digits together, as in
    P-0001."""
    return any(c.isalpha() for c in text) and any(c.isdigit() for c in text)


def _written(texts: list[str]) -> re.Pattern[str] | None:
    """A pattern of texts as they are written, as whole words; None without texts."""
    if not texts:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, texts))})(?!\w)")


def with_taken_over(terms: str) -> str:
    """SQL of `terms` (partner_id, term, kind) in which the terms of a partner that another has
    taken over by the run's day are also the other's: it may be told about them."""
    return f"""
        with terms as ({terms}), taken_over as ({TAKEN_OVER})
        select partner_id, term, kind from terms
        union all
        select taken_over.holder_id, terms.term, terms.kind
        from terms inner join taken_over on terms.partner_id = taken_over.partner_id
    """


def policy_words(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The words of the program's own policy: tiers, programs, labels, statements."""
    words: set[str] = set()
    for table, column in con.execute(POLICY_TEXTS).fetchall():
        rows = con.execute(f'select distinct "{column}" from policy."{table}"').fetchall()
        words.update(word for (text,) in rows if text for word in words_of(text))
    return frozenset(word for word in words if word.isalpha())
