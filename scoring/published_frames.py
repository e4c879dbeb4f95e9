"""Frames and tables with exactly the published types.

Belongs here: SQL types as Polars types, and giving a frame the shape of a published table.
Does not: any table's content.
"""

from __future__ import annotations

import duckdb
import polars as pl

from scoring.published import PublishedTable

POLARS_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "DATE": pl.Date(),
    "BIGINT": pl.Int64(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMP": pl.Datetime("us"),
    "DECIMAL(18,4)": pl.Decimal(18, 4),
    "DECIMAL(38,4)": pl.Decimal(38, 4),
}


PolarsType = pl.DataType | type[pl.DataType]


def schema_of(table: PublishedTable) -> dict[str, PolarsType]:
    """Column name to Polars type, in the published order."""
    return {name: POLARS_TYPES[kind] for name, kind in table.columns}


def conform(frame: pl.DataFrame, table: PublishedTable) -> pl.DataFrame:
    """The published columns of `frame`, cast, in order, sorted by the table's key.

    A column that the frame lacks is an error of Polars naming it: nothing is filled in.
    """
    columns = [pl.col(name).cast(kind) for name, kind in schema_of(table).items()]
    return frame.select(columns).sort(table.key, nulls_last=True)


def write_table(con: duckdb.DuckDBPyConnection, table: PublishedTable, frame: pl.DataFrame) -> int:
    """Replace a published table by `frame`, in its order; returns the number of rows."""
    con.execute(table.ddl)
    rows = conform(frame, table)
    con.register("rows_to_write", rows)
    con.execute(f"insert into {table.qualified} by name select * from rows_to_write")
    con.unregister("rows_to_write")
    return rows.height
