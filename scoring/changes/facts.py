"""The facts behind results, read for some partners at a time: there are millions of them.

Belongs here: reading them. Does not: which query they come from (sides.py, kept.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from scoring.inputs import read

FIGURE = pl.Decimal(38, 4)
# `name`: a requirement, or a tier's criterion; `tier` is null for requirements.
FACTS = {
    "kind": pl.String(),
    "period": pl.String(),
    "partner_id": pl.String(),
    "program": pl.String(),
    "tier": pl.String(),
    "name": pl.String(),
    "metric": pl.String(),
    "label": pl.String(),
    "unit": pl.String(),
    "status": pl.String(),
    "value": FIGURE,
    "comparator": pl.String(),
    "threshold": FIGURE,
    "words": pl.String(),
    "clause": pl.String(),
    "position": pl.Int64(),
}
SQL = {pl.String(): "varchar", FIGURE: "decimal(38, 4)", pl.Int64(): "bigint"}


@dataclass(frozen=True)
class Facts:
    """The rows of `query`, which has the columns of FACTS and may use `$ladder`, the ladder's
    program. `periods` maps the periods to read to the names that they get (None: all, under their
    own)."""

    con: duckdb.DuckDBPyConnection
    query: str
    ladder: str | None = None
    periods: Mapping[str, str] | None = None

    def of(self, periods: Mapping[str, str]) -> Facts:
        """The facts of these periods only, under the periods that they map to."""
        before = self.periods
        if before is not None:
            periods = {name: periods[to] for name, to in before.items() if to in periods}
        return Facts(self.con, self.query, self.ladder, periods)

    def between(self, first: str, last: str) -> pl.DataFrame:
        """The facts of the partners from id `first` to id `last`, in the shape of FACTS."""
        span = "partner_id between $first and $last"
        rows = read(self.con, self._select(span), FACTS, first=first, last=last, **self._named())
        if self.periods is None:
            return rows
        return rows.with_columns(pl.col("period").replace(self.periods))

    def write(self, table: str) -> None:
        """Replace a table by all facts, under their own periods."""
        columns = ", ".join(f'cast("{name}" as {SQL[kind]}) as "{name}"' for name, kind in TYPES)
        query = f"select {columns} from ({self._select('true')})"
        self.con.execute(f"create or replace table {table} as {query}", self._named() or None)

    def _select(self, condition: str) -> str:
        periods = "" if self.periods is None else " and list_contains($periods, period)"
        return f"select * from ({self.query}) where {condition}{periods}"

    def _named(self) -> dict[str, Any]:
        ladder = {"ladder": self.ladder} if "$ladder" in self.query else {}
        return ladder if self.periods is None else {**ladder, "periods": list(self.periods)}


TYPES = tuple(FACTS.items())
