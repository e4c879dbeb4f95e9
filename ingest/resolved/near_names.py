"""Normalised names that may be spellings of one name: pairs whose likeness reaches a threshold.

Belongs here: which pairs are compared, and their likeness. Does not: normalising (names.py), or
what a pair means, which a person decides (semantics 7).

Each name is compared only with its neighbours, in three orders of the names: from the front, from
the back, and by its words in alphabetical order. The work therefore grows with the number of names
and not with its square; a pair that is far apart in every order is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rapidfuzz import fuzz

NEIGHBOURS = 12
SHORTEST = 4


def likeness(one: str, other: str) -> float:
    """0 to 100: the share of letters that stay, whatever the order of the words."""
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _by_words(name: str) -> str:
    return " ".join(sorted(name.split()))


def _backwards(name: str) -> str:
    return name[::-1]


ORDERS: tuple[Callable[[str], str], ...] = (str, _backwards, _by_words)


def neighbours(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs that are compared, each once, the smaller name first; names too short to say
    anything are left out."""
    known = sorted({name for name in names if len(name) >= SHORTEST})
    compared: set[tuple[str, str]] = set()
    for order in ORDERS:
        ordered = sorted(known, key=lambda name: (order(name), name))
        for i, name in enumerate(ordered):
            for other in ordered[i + 1 : i + 1 + NEIGHBOURS]:
                pair = (name, other) if name < other else (other, name)
                if pair not in compared:
                    compared.add(pair)
                    yield pair


def near_names(names: Iterable[str], threshold: float) -> list[tuple[str, str, float]]:
    """(name, other, likeness) of each compared pair that reaches the threshold, in order."""
    pairs = ((one, other, likeness(one, other)) for one, other in neighbours(names))
    return sorted(
        (one, other, round(score, 4)) for one, other, score in pairs if score >= threshold
    )
