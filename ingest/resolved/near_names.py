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


def likeness(one: str, other: str, least: float = 0) -> float:
    """0 to 100: the share of letters that stay, whatever the order of the words; 0 if it is below
    `least`, which is found faster than the exact share."""
    return max(
        fuzz.ratio(one, other, score_cutoff=least),
        fuzz.token_sort_ratio(one, other, score_cutoff=least),
    )


def _by_words(name: str) -> str:
    return " ".join(sorted(name.split()))


def _backwards(name: str) -> str:
    return name[::-1]


ORDERS: tuple[Callable[[str], str], ...] = (str, _backwards, _by_words)


def neighbours(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs that are compared, each once, the smaller name first; names too short to say
    anything are left out."""
    known = sorted({name for name in names if len(name) >= SHORTEST})
    # Names by their place in `known`. A pair has been compared before if the two were near in an
    # earlier order; holding every pair instead took most of a large program's memory.
    earlier: list[list[int]] = []
    for order in ORDERS:
        ordered = sorted(range(len(known)), key=lambda name: (order(known[name]), known[name]))
        for i, name in enumerate(ordered):
            for other in ordered[i + 1 : i + 1 + NEIGHBOURS]:
                if all(abs(places[name] - places[other]) > NEIGHBOURS for places in earlier):
                    yield known[min(name, other)], known[max(name, other)]
        places = [0] * len(known)
        for i, name in enumerate(ordered):
            places[name] = i
        earlier.append(places)


def near_names(names: Iterable[str], threshold: float) -> list[tuple[str, str, float]]:
    """(name, other, likeness) of each compared pair that reaches the threshold, in order."""
    pairs = ((one, other, likeness(one, other, threshold)) for one, other in neighbours(names))
    return sorted(
        (one, other, round(score, 4)) for one, other, score in pairs if score >= threshold
    )
