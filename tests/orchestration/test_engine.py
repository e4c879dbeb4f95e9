"""Choosing an engine, and the tables that pass between two of them.

Belongs here: what needs no engine but DuckDB. Does not: whether engines agree (tests/spark,
tests/postgres, tests/snowflake).
"""

from __future__ import annotations

import duckdb
import pytest

from orchestration.cli.app import run as command
from orchestration.engines.steps import remote_environment
from orchestration.engines.tables import (
    fill_tables,
    put_out_sources,
    read_csv,
    read_from_snowflake,
    read_parquet,
    write_csv,
    write_for_snowflake,
    write_parquet,
)

BIG = 2**70


@pytest.mark.parametrize(
    ("engine", "fault"),
    [
        ("spark", "make spark"),
        ("postgres", "make postgres"),
        ("snowflake", "make snowflake"),
        ("flink", "write duckdb, spark, postgres or snowflake"),
    ],
)
def test_an_engine_that_is_not_there_is_told_before_anything_runs(
    engine, fault, tmp_path, monkeypatch, capsys
):
    for name in ("SPARK", "POSTGRES", "SNOWFLAKE"):
        monkeypatch.setenv(f"PLUMBLINE_{name}_PYTHON", str(tmp_path / "nothing"))
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    for variable in ("LANDING", "WAREHOUSE", "SITE", "POLICY"):
        # `places` exports them; what it leaves must not outlive the test.
        monkeypatch.setenv(f"PLUMBLINE_{variable}", "")
    (tmp_path / "landing").mkdir()
    assert command(["run", "--year", "2025", "--engine", engine]) == 2
    assert fault in " ".join(capsys.readouterr().err.replace("│", "").split())
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
        put_out_sources(con, MANIFEST, tmp_path, write_parquet)
        rows = con.execute(f"select n from '{tmp_path}/sources/landing/read/*.parquet'").fetchall()
    assert [int(n) for (n,) in rows] == [BIG + 1]
    assert [p.name for p in tmp_path.glob("sources/*/*")] == ["read"]
    assert (tmp_path / "models.txt").read_text() == "whole\n"


def test_from_one_model_on_finished_tables_go_out_and_views_between_are_built(tmp_path):
    """A table and a view are made from the first; it reads a source through a view, and a table
    that is finished and itself made from another source."""
    kinds = {"done": "table", "view": "view", "first": "table", "later": "view", "last": "table"}
    parents = {
        "done": ["source.p.left"],
        "view": ["source.p.read"],
        "first": ["model.p.view", "model.p.done"],
        "later": ["model.p.first"],
        "last": ["model.p.later"],
    }
    named = {f"model.p.{name}": kind for name, kind in kinds.items()}
    manifest = {
        "nodes": {
            node: {"config": {"materialized": kind}, "schema": "marts", "name": node[8:]}
            for node, kind in named.items()
        },
        "sources": MANIFEST["sources"],
        "parent_map": {f"model.p.{name}": above for name, above in parents.items()},
        "child_map": {
            f"model.p.{name}": [f"model.p.{n}" for n in kinds if f"model.p.{name}" in parents[n]]
            for name in kinds
        },
    }
    with duckdb.connect() as con:
        con.execute("create schema landing; create schema marts")
        for table in ("landing.read", "marts.done"):
            con.execute(f"create table {table} as select 1 as n")
        put_out_sources(con, manifest, tmp_path, write_parquet, "first")
    out = sorted(f"{p.parent.name}.{p.name}" for p in tmp_path.glob("sources/*/*"))
    assert out == ["landing.read", "marts.done"]
    assert (tmp_path / "models.txt").read_text().split() == ["first", "last", "later", "view"]


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
        fill_tables(con, MANIFEST, tmp_path, ["model.p.whole", "model.p.shown"], read_parquet)
        assert con.execute("from marts.whole").fetchall() == [(1, "a"), (2, "b")]
        con.execute(f"copy (select 1 as other) to '{place}/rows.parquet'")
        with pytest.raises(duckdb.Error, match="other"):
            fill_tables(con, MANIFEST, tmp_path, ["model.p.whole"], read_parquet)


def test_a_table_for_postgres_says_its_types_and_parts_nulls_from_texts(tmp_path):
    with duckdb.connect() as con:
        con.execute("create schema landing")
        con.execute("create table landing.read (text varchar, n hugeint, d decimal(18, 4))")
        rows = [(None, BIG, None), ("", 1, 2), ("\\N", None, 1), ('a "b",\n\\.', 2, 3)]
        con.executemany("insert into landing.read values (?, ?, ?)", rows)
        put_out_sources(con, MANIFEST, tmp_path, write_csv)
    place = tmp_path / "sources" / "landing" / "read"
    assert (place / "table.sql").read_text("utf-8") == (
        'create table landing."read" ("text" text, "n" numeric(38, 0), "d" DECIMAL(18,4))'
    )
    assert (place / "rows.csv").read_text("utf-8") == (
        f'"text",n,d\n\\N,{BIG},\\N\n"",1,2.0000\n"\\N",\\N,1.0000\n"a ""b"",\n\\.",2,3.0000\n'
    )


def test_a_table_from_postgres_comes_back_as_it_was_there(tmp_path):
    place = tmp_path / "models" / "marts" / "whole"
    place.mkdir(parents=True)
    (place / "rows.csv").write_text(
        "listed,text,flag,day,n\n"
        '"[""b, \\""c"",""\u00e9""]","\\N","t","0044-03-15 BC","1180591620717411303425"\n'
        '"[]","",\\N,"2025-12-31",\\N\n\\N,\\N,"f","290000-01-01","0"\n',
        "utf-8",
    )
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute(
            "create table marts.whole (n hugeint, text varchar, flag boolean, day date,"
            " listed varchar[])"
        )
        fill_tables(con, MANIFEST, tmp_path, ["model.p.whole"], read_csv)
        rows = con.execute(
            "select n, text, flag, cast(day as varchar), listed from marts.whole"
        ).fetchall()
    assert sorted(rows, key=lambda row: row[3]) == [
        (BIG + 1, "\\N", True, "0044-03-15 (BC)", ['b, "c', "\u00e9"]),
        (None, "", None, "2025-12-31", []),
        (0, None, False, "290000-01-01", None),
    ]


def test_a_table_for_snowflake_names_its_columns_as_the_models_do(tmp_path):
    with duckdb.connect() as con:
        con.execute("create schema landing")
        con.execute(
            'create table landing.read ("date" date, n hugeint, moment timestamp, x double,'
            " body json)"
        )
        put_out_sources(con, MANIFEST, tmp_path, write_for_snowflake)
        place = tmp_path / "sources" / "landing" / "read"
        assert [file.name for file in place.iterdir()] == ["columns.sql"]
        assert (place / "columns.sql").read_text("utf-8") == (
            '("date" date, n decimal(38, 0), moment timestamp_ntz, x double precision, body text)'
        )
        con.execute(f"insert into landing.read values (null, {BIG}, null, null, null)")
        write_for_snowflake(con, 'landing."read"', place)
        assert con.execute(f"select n from '{place}/rows.parquet'").fetchall() == [(BIG,)]


def test_parts_from_snowflake_have_widths_of_their_own(tmp_path):
    place = tmp_path / "models" / "marts" / "whole"
    place.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute("create table marts.whole (n bigint, day date, listed varchar[])")
        for number, row in enumerate(
            (
                """cast(7 as tinyint) as n, '2025-12-31' as day, '[\n  "b",\n  "a"\n]' as listed""",
                "cast(5000000000 as bigint) as n, cast(null as varchar) as day, '[]' as listed",
            )
        ):
            con.execute(f"copy (select {row}) to '{place}/rows-{number}.parquet'")
        fill_tables(con, MANIFEST, tmp_path, ["model.p.whole"], read_from_snowflake)
        rows = con.execute("select n, cast(day as varchar), listed from marts.whole").fetchall()
    assert rows == [(7, "2025-12-31", ["b", "a"]), (5_000_000_000, None, [])]


def test_the_process_of_an_engine_has_its_secrets_from_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.delenv("SNOWFLAKE_PASSWORD", raising=False)
    (tmp_path / "secrets.env").write_text("SNOWFLAKE_PASSWORD=from-the-file\n", "utf-8")
    (tmp_path / "secrets.env").chmod(0o600)
    assert "SNOWFLAKE_PASSWORD" not in remote_environment(())
    environment = remote_environment(("SNOWFLAKE_PASSWORD", "SNOWFLAKE_TOKEN"))
    assert environment["SNOWFLAKE_PASSWORD"] == "from-the-file"
    assert "SNOWFLAKE_TOKEN" not in environment
