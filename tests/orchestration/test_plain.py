"""A run without any shortcut gives the tables and pages of one with all of them.

Belongs here: the switch. Does not: what each shortcut leaves out (test_affected.py, test_run.py).
"""

import re
import shutil
import sys

import pytest

from benchmarks.shortcuts import MEASURED_IN
from ingest.people.store import KEY, VALUES
from ingest.shortcuts import VARIABLE, Shortcut, is_off
from orchestration.dbt import manifest_json
from orchestration.entry import main
from orchestration.settings import locations
from tests.orchestration.test_affected import said_by
from tests.orchestration.test_run import tables, tree
from tests.test_house import PROJECT


def test_the_page_and_the_benchmark_name_every_shortcut():
    page = (PROJECT / "docs" / "speed.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(Shortcut)
    assert set(MEASURED_IN) == set(Shortcut)


@pytest.mark.parametrize(
    ("value", "off"),
    [
        ("", set()),
        ("0", set()),
        ("1", set(Shortcut)),
        ("stages", {Shortcut.STAGES}),
        ("history, disk", {Shortcut.HISTORY, Shortcut.DISK}),
    ],
)
def test_the_switch_is_an_environment_variable(monkeypatch, value, off):
    monkeypatch.setenv(VARIABLE, value)
    assert {shortcut for shortcut in Shortcut if is_off(shortcut)} == off


def test_a_name_that_no_shortcut_has_is_refused(monkeypatch, capfd):
    monkeypatch.setenv(VARIABLE, "stages,histroy")
    monkeypatch.setattr(sys, "argv", ["plumbline", "--version"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert "PLUMBLINE_PLAIN names histroy, which is not a shortcut" in capfd.readouterr().err


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
