"""Small helpers for the warehouse.

Belongs here: reading one row of a query, writing a frame into a table. Does not: any query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

FRAME = "incoming_frame"


def first(
    con: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[object] | Mapping[str, object] | None = None,
) -> tuple[Any, ...] | None:
    """The first row of a query, or None. The result is read to its end, because a connection with a
    half-read result refuses other work."""
    rows = con.execute(query, parameters).fetchall()
    return rows[0] if rows else None


def insert(
    con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, select: str = "*"
) -> None:
    """Append a frame to a table; `select` lists its columns in the order of the table's."""
    if not frame.height:
        return
    con.register(FRAME, frame.to_arrow())
    con.execute(f"insert into {table} select {select} from {FRAME}")
    con.unregister(FRAME)
