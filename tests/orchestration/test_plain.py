"""A run without any shortcut gives the tables and pages of one with all of them.

Belongs here: the switch. Does not: what each shortcut leaves out (test_affected.py, test_run.py).
"""

import shutil

import pytest

from ingest.people.store import KEY, VALUES
from orchestration.dbt import manifest_json
from orchestration.settings import locations
from orchestration.speed import VARIABLE, is_plain
from tests.orchestration.test_affected import said_by
from tests.orchestration.test_run import tables, tree


@pytest.mark.parametrize(("value", "plain"), [("", False), ("0", False), ("1", True)])
def test_the_switch_is_an_environment_variable(monkeypatch, value, plain):
    monkeypatch.setenv(VARIABLE, value)
    assert is_plain() == plain


def test_a_plain_run_builds_everything_and_gives_the_same(demo_run, tmp_path, monkeypatch):
    """On a finished warehouse, where a run with shortcuts would find nothing new."""
    landing = tmp_path / "landing"
    shutil.copytree(demo_run.landing, landing)
    places = locations(landing, tmp_path / "w.duckdb", tmp_path / "site", None)
    for name in (KEY, VALUES):
        shutil.copy2(demo_run.warehouse.with_name(name), tmp_path / name)
    for name in ("plumbline.duckdb", "plumbline.duckdb.serving"):
        shutil.copy2(demo_run.warehouse.with_name(name), tmp_path / name.replace("plumbline", "w"))
    shutil.copytree(demo_run.store, places.store)
    monkeypatch.setenv(VARIABLE, "1")
    kinds = [node["resource_type"] for node in manifest_json()["nodes"].values()]
    every = sum(kind in ("model", "test") for kind in kinds)
    assert said_by(places)["dbt"] == f"building {every} models and tests"
    assert tables(places.warehouse) == tables(demo_run.warehouse)
    assert tree(places.site) == tree(demo_run.site)
