"""Matches column names as people write them to the contract's.

Belongs here: folding a header, finding what is missing, unknown or duplicate.
Does not: values, and foreign layouts (formats/ maps their names to ours first).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.judging.contract import Entity


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A header without case, surrounding blanks, blanks, underscores and hyphens."""
    return re.sub(r"[\s_-]+", "", name.strip().lower())


@dataclass(frozen=True)
class Match:
    """How a header fits an entity.

    `places` maps each declared column found to its place in the header; `unknown` are the places
    of the other columns; `missing` the required columns neither in the header nor given by
    defaults; `twice` the names that occur more than once.
    """

    places: dict[str, int]
    unknown: tuple[int, ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]


def match(spec: Entity, header: Sequence[str], defaults: Collection[str] = ()) -> Match:
    """Match a header to the columns of an entity; `defaults` names columns known from elsewhere."""
    folded = [fold(name) for name in header]
    counts = Counter(name for name in folded if name)
    places = {fold_name: place for place, fold_name in reversed(list(enumerate(folded)))}
    matched = {c.name: places[fold(c.name)] for c in spec.columns if fold(c.name) in places}
    used = set(matched.values())
    return Match(
        places=matched,
        unknown=tuple(i for i in range(len(header)) if i not in used),
        missing=tuple(n for n in spec.required if n not in matched and n not in defaults),
        twice=tuple(sorted(header[places[n]].strip() for n, c in counts.items() if c > 1)),
    )
