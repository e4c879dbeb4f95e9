"""Grids and frontiers as answers: rows, a sentence, JSON.

Belongs here: the answers, and the threshold for a target number of partners. Does not: computing
either (grid.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from scoring.whatif.answer import WhatIfError
from scoring.whatif.grid import frontier, grid
from scoring.whatif.judge import Setting
from scoring.words import figure, listed, plural


@dataclass(frozen=True)
class Many:
    """`rows`: one row per variant, or one row per value of a threshold; `sentence`: what they say;
    `centre`: the row around which a screen shows some of many."""

    year: int
    title: str
    rows: pl.DataFrame
    sentence: str | None = None
    centre: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain rows; decimals stay decimals."""
        return {"year": self.year, "sentence": self.sentence, "rows": self.rows.to_dicts()}


def grid_answer(
    con: duckdb.DuckDBPyConnection, year: int, values: Mapping[str, Sequence[Setting]]
) -> Many:
    """Every combination of `values`; raises WhatIfError as `what_if` does."""
    rows = grid(con, year, values)
    names = listed(list(values))
    return Many(year, f"{plural(rows.height, 'variant')} of {names} for {year}", rows)


def frontier_answer(
    con: duckdb.DuckDBPyConnection,
    year: int,
    parameter: str,
    tier: str | None = None,
    partners: int | None = None,
    in_force: Decimal | None = None,
) -> Many:
    """Every value of a parameter at which an answer changes.

    With a target number of partners in a tier, the sentence names the value that gives it, else the
    nearest on either side. A screen shows the values around `in_force`, or around the target.
    WhatIfError for an unknown tier.
    """
    rows = frontier(con, year, parameter)
    centre = rows.filter(pl.col("threshold") < (in_force or 0)).height
    shown = rows.with_columns(pl.col("partners").list.len())
    title = f"Values of {parameter} at which an answer of {year} turns"
    if tier is None or partners is None:
        return Many(year, title, shown, centre=centre)
    column = f"tier:{tier}"
    if column not in rows.columns:
        known = listed([name.partition(":")[2] for name in rows.columns if ":" in name])
        raise WhatIfError(f"there is no tier {tier!r}; there are: {known}")
    note = _wanted(rows.select("threshold", count=column), parameter, tier, partners)
    centre = (rows[column].cast(pl.Int64) - partners).abs().arg_min() or 0
    return Many(year, title, shown, note, centre)


def _wanted(rows: pl.DataFrame, parameter: str, tier: str, partners: int) -> str:
    exact = rows.filter(pl.col("count") == partners)
    if not exact.is_empty():
        values = listed([figure(value) for value in exact["threshold"]])
        return f"{parameter} = {values} gives {plural(partners, 'partner')} in {tier}."
    near = (
        rows.filter(pl.col("count") < partners).sort("count", "threshold").tail(1),
        rows.filter(pl.col("count") > partners).sort("count", "threshold").head(1),
    )
    pairs = [
        f"{figure(row['threshold'])} gives {row['count']}" for f in near for row in f.to_dicts()
    ]
    nearest = f"; nearest: {listed(pairs)}" if pairs else ""
    return f"No value of {parameter} gives {plural(partners, 'partner')} in {tier}{nearest}."
