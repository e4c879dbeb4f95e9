"""Each partner's pace to each threshold of usage and ARR.

Belongs here: comparing projections with thresholds. Does not: the arithmetic (projection.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from scoring.outlook.projection import Projected, decimal, interval
from scoring.outlook.reading import sql
from scoring.rows import Row, fetch

USAGE, ARR = "average_monthly_active_customers", "arr_usd"


def usage(con: duckdb.DuckDBPyConnection, year: int, month: int, recent: int) -> list[Projected]:
    """Mean active customers per month over the window, from the months up to `month`."""
    totals = []
    for row in fetch(con, sql("usage"), year=year, month=month, recent=recent):
        # A partner's window may have begun after the first of the latest months.
        pace = Fraction(int(row["recent_active"] or 0), max(row["recent"], 1))
        left = row["months"] - row["done"]
        whole = None if row["whole"] is None else Fraction(int(row["whole"]), row["months"])
        totals.append(
            Projected(
                partner_id=row["partner_id"],
                year=row["year"],
                now=Fraction(int(row["so_far"]), row["months"]),
                projected=(int(row["so_far"]) + pace * left) / row["months"],
                ended=whole,
            )
        )
    return totals


def arr(con: duckdb.DuckDBPyConnection, year: int, month: int) -> list[Projected]:
    """ARR at the year's end: what it was at the end of `month`."""
    return [
        Projected(
            partner_id=row["partner_id"],
            year=row["year"],
            now=Fraction(row["now"]),
            projected=Fraction(row["now"]),
            ended=None if row["ended"] is None else Fraction(row["ended"]),
        )
        for row in fetch(con, sql("arr"), year=year, month=month)
    ]


def paces(
    con: duckdb.DuckDBPyConnection,
    year: int,
    months_left: int,
    projected: Mapping[str, Mapping[str, Projected]],
    widths: Mapping[str, Fraction | None],
) -> list[dict[str, Any]]:
    """One row per partner and threshold; `projected` by metric and partner, `widths` by metric."""
    rows = []
    for row in fetch(con, sql("thresholds"), year=year):
        one = projected[row["metric"]].get(row["partner_id"])
        if one is not None:
            rows.append(_pace(row, one, widths[row["metric"]], months_left))
    return rows


def _pace(row: Row, one: Projected, width: Fraction | None, months_left: int) -> dict[str, Any]:
    threshold = Fraction(row["threshold"])
    bounds = interval(one.projected, width)
    # The certain part if nothing more comes: the months so far, or the lines on hand for the year's
    # end.
    sure = one.now if row["metric"] == USAGE else Fraction(row["on_hand"] or Decimal(0))
    return {
        "partner_id": row["partner_id"],
        "program": row["program"],
        "tier": row["tier"],
        "id": row["id"],
        "clause": row["clause"],
        "metric": row["metric"],
        "unit": row["unit"],
        "threshold": row["threshold"],
        "sure": decimal(sure),
        "missing": decimal(max(threshold - sure, Fraction(0))),
        "projected": decimal(one.projected),
        "low": decimal(bounds[0]) if bounds else None,
        "high": decimal(bounds[1]) if bounds else None,
        "months_left": months_left,
        "pace": _word(sure, one.projected, bounds, threshold, months_left),
    }


def _word(
    sure: Fraction,
    projected: Fraction,
    bounds: tuple[Fraction, Fraction] | None,
    threshold: Fraction,
    months_left: int,
) -> str:
    """`reached`, `missed` (no month is left), `on_pace`, `behind`, or `open` (between these
    two)."""
    if sure >= threshold:
        return "reached"
    if months_left == 0:
        return "missed"
    low, high = bounds or (projected, projected)
    if low >= threshold:
        return "on_pace"
    return "behind" if high < threshold else "open"
