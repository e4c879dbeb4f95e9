"""Which entity a file belongs to, by its path in the landing zone (sources.yaml, `entity`).

Belongs here: that rule. Does not: walking the landing zone (deliveries/discover.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingest.judging.contract import declared

# The folder `crossbeam` holds what sources.yaml calls crossbeam_api; the central bank's file keeps
# the name under which it is published.
FOLDER_ALIASES = {("account_mapping", "crossbeam"): "crossbeam_api"}
NAME_ALIASES = {("reference", "eurofxref"): "fx_rates"}


@cache
def members() -> Mapping[str, tuple[str, ...]]:
    """Source -> the entity names that a file may have, `workbook` and `crossbeam_api` included."""
    return {source: tuple(spec) for source, spec in declared().items()}


def entity_of(source: str, parts: tuple[str, ...]) -> str:
    """The entity of a file by its path below the source folder; "" when none fits.

    sources.yaml, `entity`: the folder, else the longest entity name that the file name starts
    with, followed by its end, a digit, or - _ .
    """
    names = members().get(source, ())
    if len(parts) > 1:
        if (source, parts[0]) in FOLDER_ALIASES:
            return FOLDER_ALIASES[source, parts[0]]
        if parts[0] in names:
            return parts[0]
    stem = Path(parts[-1]).stem
    fits = [n for n in names if re.match(rf"{re.escape(n)}(?:$|[0-9._-])", stem)]
    if fits:
        return max(fits, key=len)
    for (owner, prefix), name in NAME_ALIASES.items():
        if owner == source and stem.startswith(prefix):
            return name
    # The only workbooks of a source are the ones its contract names.
    is_book = parts[-1].lower().endswith(".xlsx") and "workbook" in names
    return "workbook" if is_book else ""
