"""Choosing an engine, and the tables that pass between two of them.

Belongs here: what needs neither Spark nor Java. Does not: whether engines agree (tests/spark).
"""

from __future__ import annotations

import duckdb
import pytest

from orchestration.cli.app import run as command
from orchestration.spark.tables import fill_tables, put_out_sources

BIG = 2**70


@pytest.mark.parametrize(
    ("engine", "told"),
    [("spark", "make spark"), ("flink", "write duckdb or spark")],
)
def test_an_engine_that_is_not_there_is_told_before_anything_runs(
    engine, told, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PLUMBLINE_SPARK_PYTHON", str(tmp_path / "nothing"))
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    for variable in ("LANDING", "WAREHOUSE", "SITE", "POLICY"):
        # `places` exports them; what it leaves must not outlive the test.
        monkeypatch.setenv(f"PLUMBLINE_{variable}", "")
    (tmp_path / "landing").mkdir()
    assert command(["run", "--year", "2025", "--engine", engine]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("*.duckdb"))


MANIFEST = {
    "nodes": {
        "model.p.whole": {"config": {"materialized": "table"}, "schema": "marts", "name": "whole"},
        "model.p.shown": {"config": {"materialized": "view"}, "schema": "staging", "name": "shown"},
    },
    "sources": {
        "source.p.read": {"schema": "landing", "name": "read"},
        "source.p.left": {"schema": "landing", "name": "left"},
    },
    "parent_map": {"model.p.whole": ["source.p.read"], "model.p.shown": ["source.p.left"]},
}


def test_only_what_tables_rest_on_goes_out_and_whole_numbers_stay_exact(tmp_path):
    with duckdb.connect() as con:
        con.execute("create schema landing")
        con.execute(f"create table landing.read as select cast({BIG + 1} as hugeint) as n")
        con.execute('create table landing."left" as select 1 as n')
        put_out_sources(con, MANIFEST, tmp_path)
        found = con.execute(f"select n from '{tmp_path}/sources/landing/read/*.parquet'").fetchall()
    assert [int(n) for (n,) in found] == [BIG + 1]
    assert [p.name for p in tmp_path.glob("sources/*/*")] == ["read"]


def test_rows_come_back_as_the_tables_columns_say_or_not_at_all(tmp_path):
    place = tmp_path / "models" / "marts" / "whole"
    place.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute("create table marts.whole (n bigint, text varchar)")
        con.execute(
            "copy (select 'b' as text, cast(2 as decimal(38, 0)) as n union all select 'a', 1)"
            f" to '{place}/rows.parquet'"
        )
        fill_tables(con, MANIFEST, tmp_path, ["model.p.whole", "model.p.shown"])
        assert con.execute("from marts.whole").fetchall() == [(1, "a"), (2, "b")]
        con.execute(f"copy (select 1 as other) to '{place}/rows.parquet'")
        with pytest.raises(duckdb.Error, match="other"):
            fill_tables(con, MANIFEST, tmp_path, ["model.p.whole"])
