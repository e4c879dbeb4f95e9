"""Landed history under an earlier contract: kept, with the columns that came since.

Belongs here: the tables of `landing`. Does not: what is written into them.
"""

from __future__ import annotations

import duckdb

from ingest.deliveries.landing_tables import create_tables


def columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [name for name, *_ in con.execute(f"describe landing.{table}").fetchall()]


def test_history_gains_the_columns_that_the_contract_gained() -> None:
    con = duckdb.connect()
    create_tables(con)
    as_made = columns(con, "apps")
    con.execute("insert into landing.apps (app_id, partner_id, _file) values ('A', 'P', 'f')")
    con.execute(
        "create or replace table landing.apps as select * exclude (owned_from) from landing.apps"
    )
    con.execute("delete from run.tables_made")
    create_tables(con)
    assert columns(con, "apps") == as_made
    rows = con.execute("select app_id, partner_id, owned_from, _file from landing.apps").fetchall()
    assert rows == [("A", "P", None, "f")]
