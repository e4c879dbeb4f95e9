"""True and false, in every word that databases, spreadsheets and people use for them.

Belongs here: the one reader of truth values, which everything else uses. Does not: which columns
hold truth values (the contract and the column maps say that).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from ingest.packaged import packaged_yaml

WORDS_FILE = Path(__file__).with_name("truth_words.yaml")
NEITHER = "is not a truth value; write true or false"


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    return packaged_yaml(WORDS_FILE)


@cache
def words() -> Mapping[str, str]:
    """Every word in lower case -> `true` or `false`."""
    return {
        word: meaning
        for group in _words().values()
        for meaning, some in group.items()
        for word in some
    }


@cache
def _always() -> frozenset[str]:
    return frozenset(word for some in _words()["always"].values() for word in some)


def truth(text: str | None) -> bool | None:
    """What a text means: True, False, or None where it is neither (an empty text too)."""
    meaning = words().get((text or "").strip().lower())
    return None if meaning is None else meaning == "true"


def asks_for_truth(wanted: Collection[str], held: Collection[str | None]) -> bool | None:
    """The truth value that a filter by the texts `wanted` means; None where it does not mean one.

    `held` are the values of the column. `true` always means a truth value. `1` or `NO` can be a
    code of some list, and mean one only where the column holds nothing but truth values, or both a
    true and a false one.
    """
    truths = {truth(text) for text in wanted}
    if len(truths) != 1 or None in truths:
        return None
    if not any(text.strip().lower() in _always() for text in wanted):
        readings = {truth(text) for text in held if text and text.strip()}
        if not readings <= {True, False} and not {True, False} <= readings:
            return None
    return truths.pop()
