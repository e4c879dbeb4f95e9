"""Control totals: what finance or the marketplace counted, and our own figure.

Belongs here: reading them for a person. Does not: comparing (fct_control_totals), any tolerance
(policy parameters `control.*`), or drawing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from scoring.published import published
from scoring.rows import Row, fetch

TABLE = published("fct_control_totals")


@dataclass(frozen=True)
class ControlTotals:
    """Rows of `fct_control_totals`, in its order; only of `period`, if given."""

    period: str | None
    rows: tuple[Row, ...]

    @property
    def differing(self) -> list[Row]:
        """Those that somebody has to explain: beyond the tolerance, or not comparable."""
        return [row for row in self.rows if row["status"] != "agrees"]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"period": self.period, "control_totals": [dict(row) for row in self.rows]}


def control_totals(con: duckdb.DuckDBPyConnection, period: str | None = None) -> ControlTotals:
    """The control totals of a warehouse, or of one period as it was stated."""
    rows = fetch(con, TABLE.select)
    totals = [row for row in rows if period is None or row["period"].upper() == period.upper()]
    return ControlTotals(period, tuple(totals))
