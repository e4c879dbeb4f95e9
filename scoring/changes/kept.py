"""Everybody's results at the end of each run, for comparison with the next run.

Belongs here: `run.left_*` (this run) and `run.left_before_*` (the one before it), by period.
Does not: comparing. No page is made from these: the same data must give the same pages.
"""

from __future__ import annotations

import duckdb
import polars as pl

from scoring.changes.facts import Facts
from scoring.changes.sides import ROWS, STAKES, STANDING, Side
from scoring.rows import fetch

FRAMES = {"standing": STANDING, "stakes": STAKES, "rows": ROWS}
PARTS = (*FRAMES, "facts")
NOW, BEFORE = "run.left_{}", "run.left_before_{}"


def leave(con: duckdb.DuckDBPyConnection, side: Side | None) -> None:
    """Keep everybody's results in the periods of the run's year; the results of the previous run
    move one step back.

    None: this run shows the same as the last one.
    """
    con.execute("begin transaction")
    try:
        for name in PARTS:
            if _has_table(con, f"left_{name}"):
                con.execute(
                    f"create or replace table {BEFORE.format(name)} as from {NOW.format(name)}"
                )
        if side is not None:
            _keep(con, side)
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")


def _keep(con: duckdb.DuckDBPyConnection, side: Side) -> None:
    rows = fetch(
        con, "select period from intermediate.int_periods inner join run.parameters using (year)"
    )
    moved = side.of({row["period"]: row["period"] for row in rows})
    moved.facts.write(NOW.format("facts"))
    for name, schema in FRAMES.items():
        con.register("rows_to_keep", getattr(moved, name).select(list(schema)))
        con.execute(f"create or replace table {NOW.format(name)} as from rows_to_keep")
        con.unregister("rows_to_keep")


def left_before(con: duckdb.DuckDBPyConnection) -> Side | None:
    """The results of the run before the last one; None where there was none."""
    if not _has_table(con, "left_before_standing"):
        return None
    frames = {}
    for name, schema in FRAMES.items():
        frame = con.sql(f"from {BEFORE.format(name)}").pl()
        frames[name] = frame.select(pl.col(column).cast(kind) for column, kind in schema.items())
    return Side(facts=Facts(con, f"from {BEFORE.format('facts')}"), **frames)


def _has_table(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    query = """select 1 as there from duckdb_tables()
        where schema_name = 'run' and table_name = $table"""
    return bool(fetch(con, query, table=table))
