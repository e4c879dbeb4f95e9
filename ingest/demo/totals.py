"""Control totals of the assessed year, as finance and the marketplace counted them.

Belongs here: rows of control_totals, most of which agree. Does not: the product's own figures.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.demo.files import Row, received_on
from ingest.demo.world import World

# A reseller's case -> what finance has for its ARR at the year's end; one of them is another's.
FINANCE = {"arr-exact": "100000", "arr-below": "104500"}


def write_totals(world: World) -> None:
    """Write control_totals: one delivery, received in the January after the year."""
    as_of = date(world.year + 1, 1, 9)
    by_case = {p.case: p for p in world.partners if p.case}

    def row(measure: str, partner_id: str | None, value: Any, source: str) -> Row:
        return {
            "period": str(world.year),
            "measure": measure,
            "partner_id": partner_id,
            "value": value,
            "source": source,
            "as_of": as_of,
        }

    rows = [
        row("arr_usd", by_case[case].partner_id, value, "Finance")
        for case, value in FINANCE.items()
        if case in by_case
    ]
    listed = sum(app.launched is not None and app.gone is None for app in world.apps)
    rows.append(row("listed_apps", None, listed, "Marketplace"))
    world.landing.table("control_totals", str(world.year), rows, received_on(as_of))
