"""Compiled SQL runs without dbt, only as far as rows changed, and any doubt leaves it to dbt.

Belongs here: small graphs. Does not: that a whole run gives the same (test_affected.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import duckdb
import pytest

from orchestration.dbt import TARGET_VARIABLE, NodeResult
from orchestration.speed import contents, direct

COMPILED = {
    "model.signs": 'select least(n, 1) as n from "warehouse"."main"."numbers"',
    "model.seen": 'select n from "warehouse"."main"."signs"',
    "model.last": 'select count(*) as rows from "warehouse"."main"."seen"',
    "test.signs": 'select n from "warehouse"."main"."signs" where n < 0',
}
PARENTS = {
    "model.signs": ["source.numbers"],
    "model.seen": ["model.signs"],
    "model.last": ["model.seen"],
    "test.signs": ["model.signs"],
}
KEY = "this state of the project"


def node(unique_id: str, **config) -> dict:
    kind, name = unique_id.split(".")
    settings = {
        "materialized": "view" if name == "seen" else "table",
        "severity": "ERROR",
        **config,
    }
    return {
        "unique_id": unique_id,
        "resource_type": kind,
        "schema": "main",
        "name": name,
        "relation_name": f'"warehouse"."main"."{name}"',
        "config": settings,
    }


class Project:
    """Numbers, none of them above one, a view of these, and a count, built once."""

    def __init__(self, path) -> None:
        self.path = path
        self.manifest = {"parent_map": PARENTS, "nodes": {name: node(name) for name in PARENTS}}
        self.run: list[str] = []
        self.put("values (1), (2)")
        with duckdb.connect(str(path)) as con:
            for name in ("signs", "seen", "last"):
                kind = node(f"model.{name}")["config"]["materialized"]
                sql = COMPILED[f"model.{name}"].replace('"warehouse".', "")
                con.execute(f"create {kind} {name} as {sql}")
            held = {f"main.{n}": contents.content(con, f"main.{n}") for n in ("signs", "last")}
        results = {name: NodeResult(name, "success", "OK", 1.0, None) for name in PARENTS}
        self.before = direct.Before(results, held)
        direct.keep_compiled(KEY, COMPILED)

    def put(self, rows: str) -> None:
        with duckdb.connect(str(self.path)) as con:
            con.execute(f"create or replace table numbers as select * from ({rows}) as t (n)")

    def build(self, key: str = KEY, reached: Iterable[str] = PARENTS) -> direct.Built:
        self.run.clear()
        return direct.build_reached(
            self.path,
            self.manifest,
            set(reached),
            {"source.numbers"} if self.before.results else set(),
            self.before,
            key,
            lambda name, _: self.run.append(name),
        )

    def rows(self, table: str) -> list[tuple]:
        with duckdb.connect(str(self.path), read_only=True) as con:
            return con.execute(f"from {table} order by all").fetchall()


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.setenv(TARGET_VARIABLE, str(tmp_path))
    return Project(tmp_path / "w.duckdb")


def test_a_table_that_comes_out_as_it_was_reaches_nothing(project):
    project.put("values (7), (9)")
    built = project.build()
    assert project.run == ["signs"]
    assert built.kept == {"model.seen", "model.last", "test.signs"}
    assert built.tables == {"main.signs": project.before.tables["main.signs"]}


def test_other_rows_reach_what_reads_them_through_views_and_tests_come_first(project):
    project.put("values (7), (9), (0)")
    built = project.build()
    assert project.run == ["signs", "signs", "seen", "last"]
    assert [result.unique_id for result in built.results][:2] == ["model.signs", "test.signs"]
    assert not built.kept
    assert project.rows("last") == [(3,)]
    assert {result.status for result in built.results} == {"success", "pass"}


@pytest.mark.parametrize(
    "rows",
    ["values (-7)", "values (7.5::double), (9)"],
    ids=["a test that fails", "a column of another type"],
)
def test_what_does_not_pass_as_before_is_left_to_dbt(project, rows):
    project.put(rows)
    with pytest.raises(direct.NotDirect):
        project.build()


def test_sql_compiled_for_another_state_is_not_run(project):
    project.put("values (7), (0)")
    with pytest.raises(direct.NotDirect):
        project.build("another state of the project")
    assert project.rows("signs") == [(1,), (1,)]


def test_a_warning_is_a_result_with_its_query(project):
    project.manifest["nodes"]["test.signs"] = node("test.signs", severity="warn")
    project.put("values (-7)")
    (warned,) = [r for r in project.build().results if r.unique_id == "test.signs"]
    assert (warned.status, warned.failures) == ("warn", 1)
    assert warned.sql == COMPILED["test.signs"]


@pytest.fixture
def first(project, tmp_path) -> Project:
    """The same project before its first build, its SQL compiled for another warehouse."""
    project.path, project.before = tmp_path / "first.duckdb", direct.Before({}, {})
    project.put("values (7), (0)")
    return project


def test_a_first_build_builds_and_tests_all_that_was_compiled(first):
    built = first.build()
    assert first.run == ["signs", "signs", "seen", "last"]
    statuses = [(result.unique_id, result.status) for result in built.results]
    assert statuses[:2] == [("model.signs", "success"), ("test.signs", "pass")]
    assert len(built.results) == 4 and not built.kept
    assert first.rows("last") == [(2,)]
    assert built.tables.keys() == {"main.signs", "main.last"}


def test_a_first_build_with_a_test_that_fails_is_left_to_dbt(first):
    first.put("values (-7)")
    with pytest.raises(direct.NotDirect, match=r"test\.signs"):
        first.build()


def test_a_first_build_of_anything_not_compiled_does_not_begin(first):
    first.manifest["nodes"]["model.new"] = node("model.new")
    first.manifest["parent_map"] = {**PARENTS, "model.new": ["source.numbers"]}
    with pytest.raises(direct.NotDirect, match=r"model\.new"):
        first.build(reached={*PARENTS, "model.new"})
    with duckdb.connect(str(first.path), read_only=True) as con:
        assert con.execute("select table_name from duckdb_tables()").fetchall() == [("numbers",)]


def test_sql_is_kept_for_the_states_used_last(project):
    """As many as STATES, and each for itself."""
    keys = [KEY, *(f"state {number}" for number in range(1, direct.STATES))]
    for second, key in enumerate(keys):
        direct.keep_compiled(key, COMPILED)
        os.utime(direct._kept_at(key), (second, second))
    project.put("values (7), (0)")
    assert project.build().results  # which uses the oldest
    direct.keep_compiled("one more", COMPILED)
    with pytest.raises(direct.NotDirect):
        project.build("state 1")
    for key in (KEY, "state 2", "one more"):
        assert direct._stored_sql(key) == COMPILED


def test_models_of_an_empty_warehouse_are_built_in_their_order(project, tmp_path):
    models = {name for name in PARENTS if name.startswith("model.")}
    fresh = tmp_path / "fresh.duckdb"
    with duckdb.connect(str(fresh)) as con:
        con.execute("create table numbers as select * from (values (7), (0)) as t (n)")
    direct.build_anew(fresh, project.manifest, models, KEY)
    with duckdb.connect(str(fresh), read_only=True) as con:
        assert con.execute("from last").fetchall() == [(2,)]
        kinds = dict(
            con.execute("select table_name, table_type from information_schema.tables").fetchall()
        )
    assert kinds["seen"] == "VIEW" and kinds["last"] == "BASE TABLE"


@pytest.mark.parametrize("key", [KEY, "another state of the project"])
def test_nothing_is_built_anew_unless_all_of_it_was_compiled(project, tmp_path, key):
    fresh = tmp_path / "fresh.duckdb"
    wanted = {"model.signs", "model.nowhere"} if key == KEY else {"model.signs"}
    with pytest.raises(direct.NotDirect):
        direct.build_anew(fresh, project.manifest, wanted, key)
    assert not fresh.exists()
