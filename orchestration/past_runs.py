"""Where a run as of a past moment is kept: beside the warehouse, never in its place.

Belongs here: which runs go elsewhere, and the warehouse with which such a run begins.
Does not: running, or what a moment means for the data.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime

import duckdb

from orchestration import warehouse
from orchestration.settings import Locations

MARK = ".known-at-"
STAMP = "%Y%m%dT%H%M%S"


def is_past_run(places: Locations) -> bool:
    """Whether these are the places of a run that is kept beside the warehouse."""
    return MARK in places.warehouse.name


def places_for(places: Locations, known_at: datetime | None) -> Locations:
    """Where a run is kept: a warehouse that shows everything known never holds a run of a past
    moment.

    The other warehouse and site are next to it, named after the moment; raw store and ledger are
    the program's own. A warehouse that is new, or that only ever held such runs, keeps them itself.
    """
    if known_at is None or is_past_run(places) or not _shows_all(places):
        return places
    stamp = known_at.strftime(STAMP) + (f"-{known_at:%f}" if known_at.microsecond else "")
    file = places.warehouse
    return replace(
        places,
        warehouse=file.with_name(f"{file.stem}{MARK}{stamp}{file.suffix}"),
        site=places.site.with_name(f"{places.site.name}-known-at-{stamp}"),
        site_address=places.site_address and f"{places.site_address}-known-at-{stamp}",
    )


def begin(places: Locations, aside: Locations) -> None:
    """Start the other warehouse as a copy of the last finished run, so that nothing has to land
    again; does nothing where the run is kept in the warehouse itself."""
    if aside.warehouse == places.warehouse:
        return
    fresh = aside.warehouse.with_name(f"{aside.warehouse.name}.new")
    shutil.copyfile(places.serving if places.serving.exists() else places.warehouse, fresh)
    fresh.replace(aside.warehouse)


def _shows_all(places: Locations) -> bool:
    """Whether the warehouse holds a run without a known-at moment."""
    if not places.serving.exists() and not places.warehouse.exists():
        return False
    with warehouse.read(places) as con:
        try:
            row = con.execute("select known_at from run.parameters").fetchone()
        except duckdb.CatalogException:
            return False
    return row is not None and row[0] is None
