"""Removes people from an answer to an assistant: by value, wherever a text names them.

Belongs here: what the contract marks as naming people (`people:` in sources.yaml), found again in
any text. Does not: which answers there are, or erasing anybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import duckdb

from ingest.judging.contract import entities
from ingest.people.store import people_beside

PERSON, WORDS = "[person withheld]", "[text withheld]"
FREE_TEXT = "free_text"
# A shorter value would occur in half of all words.
SHORTEST = 3
WORD = re.compile(r"\w+")
# The owners of roles in plumbline.yaml; a role without one names no person.
ROLE_OWNERS = "select owner from run.role_owners where owner is not null and owner <> role"


class Redaction:
    """The values that name people, and what replaces them."""

    def __init__(self, people: Iterable[str], texts: Iterable[str] = ()) -> None:
        self._by_word: dict[str, list[tuple[str, str]]] = defaultdict(list)
        values = [(value, PERSON) for value in people] + [(value, WORDS) for value in texts]
        # Of two values that begin alike the longer one is meant.
        for value, instead in sorted(set(values), key=lambda each: (-len(each[0]), each)):
            first = WORD.search(value)
            if first is not None and len(value.strip()) >= SHORTEST:
                self._by_word[first[0]].append((value[first.start() :].strip(), instead))

    def out_of(self, text: str) -> str:
        """`text` without any of the values; a value inside a longer word is left."""
        parts, done, at = [], 0, 0
        while word := WORD.search(text, at):
            at = word.end()
            for value, instead in self._by_word.get(word[0], ()):
                end = word.start() + len(value)
                if text.startswith(value, word.start()) and not WORD.match(text, end):
                    parts += [text[done : word.start()], instead]
                    done = at = end
                    break
        return "".join([*parts, text[done:]]) if parts else text


def redaction(con: duckdb.DuckDBPyConnection) -> Redaction:
    """Every person and every free text that has landed in a warehouse."""
    values: dict[bool, set[str]] = {True: set(), False: set()}
    for spec in entities():
        for column, kind in spec.people:
            query = (
                f'select distinct "{column}" from landing."{spec.name}" where "{column}" <> \'\''
            )
            values[kind == FREE_TEXT] |= {value for (value,) in con.execute(query).fetchall()}
    values[False] |= set(people_beside(con).values.values())
    values[False] |= {owner for (owner,) in con.execute(ROLE_OWNERS).fetchall()}
    return Redaction(values[False], values[True])
