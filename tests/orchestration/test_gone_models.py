"""A model that is no longer in the project leaves no table that nobody renews."""

from __future__ import annotations

import duckdb

from orchestration.defs.gone_models import drop_gone

NODES = {
    "model.plumbline.int_a": {"resource_type": "model", "schema": "intermediate", "name": "int_a"},
    "model.plumbline.fct_a": {"resource_type": "model", "schema": "marts", "name": "fct_a"},
    "test.plumbline.t": {"resource_type": "test", "schema": "tests", "name": "t"},
}
BUILT = ["model.plumbline.int_a", "model.plumbline.int_b", "model.plumbline.int_c", "test.x.t"]


def test_only_what_a_gone_model_made_is_dropped():
    with duckdb.connect() as con:
        for schema in ("intermediate", "marts", "own"):
            con.execute(f"create schema {schema}")
        con.execute("create table intermediate.int_a as select 1 as n")
        con.execute("create table intermediate.int_b as select 1 as n")
        con.execute("create view intermediate.int_c as from intermediate.int_a")
        # A model that moved to another schema, a table of scoring's, and somebody's own.
        con.execute("create table marts.int_a as select 1 as n")
        con.execute("create table marts.fct_benefits as select 1 as n")
        con.execute("create table own.int_b as select 1 as n")
        dropped = drop_gone(con, {"nodes": NODES}, BUILT)
        left = con.execute("select schema_name || '.' || table_name from duckdb_tables()")
        assert dropped == ["intermediate.int_b", "intermediate.int_c", "marts.int_a"]
        assert sorted(name for (name,) in left.fetchall()) == [
            "intermediate.int_a",
            "marts.fct_benefits",
            "own.int_b",
        ]
        assert drop_gone(con, {"nodes": NODES}, BUILT) == []
