"""Which files ever landed in a warehouse, for checking files before they land.

Belongs here: that question, and the message where it cannot be answered. Does not: landing.
"""

from __future__ import annotations

import duckdb

from orchestration import warehouse
from orchestration.settings import Locations


def landed_files(places: Locations) -> set[str] | None:
    """The files that ever landed; none without a warehouse, None where it cannot be read now."""
    try:
        with warehouse.read(places) as con:
            rows = con.execute("select distinct file from landing.deliveries").fetchall()
            return {file for (file,) in rows}
    except warehouse.WarehouseMissing:
        return set()
    except (warehouse.WarehouseBusy, warehouse.NotAWarehouse, duckdb.Error):
        return None
