"""A new file causes only the models that it affects to be built, with the result of building all.

Belongs here: which models and tests a change reaches, and that the rest was rightly left alone.
Does not: a run with nothing new (test_run.py).
"""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration import progress
from orchestration.dbt import NodeResult, manifest_json
from orchestration.defs.building import GROUP, ordered
from orchestration.run import run_year
from orchestration.settings import Locations, locations
from orchestration.speed.affected import node_digests, standing, unused_parents
from orchestration.speed.unchanged import NOTHING_NEW
from tests.orchestration.test_run import tables, tree

YEAR = 2025
FEEDS = ("reseller_reports/", "app_usage/usage_events/", "crm/", "decisions/waivers")


def small_graph() -> dict:
    """Two sources, a model on each, one on both, a test on the first."""
    nodes = {f"model.{name}": {"resource_type": "model"} for name in ("a", "b", "both")}
    nodes |= {"test.a": {"resource_type": "test"}, "unit_test.a": {"resource_type": "unit_test"}}
    parents = {
        "model.a": ["source.a"],
        "model.b": ["source.b"],
        "model.both": ["model.a", "model.b"],
        "test.a": ["model.a"],
    }
    return {"nodes": nodes, "parent_map": parents}


def changed(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """The nodes whose digests differ."""
    assert one.keys() == other.keys()
    return {name for name in one if one[name] != other[name]}


def test_a_source_reaches_what_is_made_from_it_over_any_number_of_models():
    sources = {"source.a": "1", "source.b": "1"}
    before = node_digests(small_graph(), sources, "code")
    assert set(before) == {"model.a", "model.b", "model.both", "test.a"}
    after = node_digests(small_graph(), {**sources, "source.b": "2"}, "code")
    assert changed(before, after) == {"model.b", "model.both"}
    assert changed(before, node_digests(small_graph(), sources, "other code")) == set(before)


@pytest.mark.parametrize(
    "before",
    [
        # As an earlier release built it: `both` read `a` alone, and there was no `b`.
        ["model.a", "test.a", "model.both", "model.b"],
        ["model.both", "model.b", "test.a", "model.a"],
        ["model.gone", "model.both", "model.a"],
    ],
)
def test_results_come_in_the_order_of_the_project_as_it_is_now(before):
    results = ordered(small_graph(), [NodeResult(name, "success", "", 0, None) for name in before])
    names = [result.unique_id for result in results]
    assert sorted(names) == sorted(before)
    graph = small_graph()["parent_map"]
    for place, name in enumerate(names):
        assert not set(graph.get(name, [])) & set(names[place:]), names


def test_what_a_metric_as_data_does_not_count_does_not_reach_it():
    graph = small_graph()
    for name, node in graph["nodes"].items():
        node |= {"name": name.replace("model.", "stg_"), "config": {}}
    graph["nodes"]["model.both"]["config"] = {"meta": {"reads_by": "policy.figures"}}
    unused = unused_parents(graph, frozenset({"stg_a"}))
    assert unused == {"model.both": frozenset({"model.b"})}
    sources = {"source.a": "1", "source.b": "1"}
    before = node_digests(graph, sources, "code", unused)
    later = node_digests(graph, {**sources, "source.b": "2"}, "code", unused)
    assert changed(before, later) == {"model.b"}
    later = node_digests(graph, {**sources, "source.a": "2"}, "code", unused)
    assert changed(before, later) == {"model.a", "model.both", "test.a"}


@pytest.mark.parametrize(
    ("status", "built_from", "stands"),
    [
        ("success", "x", True),
        ("error", "x", False),
        ("success", "y", False),
        ("success", "", False),
    ],
)
def test_only_what_was_good_and_is_made_from_the_same_stands(status, built_from, stands):
    result = NodeResult("model.a", status, "", 0.1, None, built_from=built_from)
    assert bool(standing([result], {"model.a": "x"}, {"success"})) == stands
    assert not standing([result], {}, {"success"})


def last_of_each(landing: Path) -> dict[str, str]:
    """Feed -> the file of it that was received last."""
    with (landing / "_received.csv").open(newline="", encoding="utf-8") as file:
        rows = sorted((r["received_at"], r["file"]) for r in csv.DictReader(file))
    return {feed: [f for _, f in rows if f.startswith(feed)][-1] for feed in FEEDS}


def said_by(places: Locations) -> dict[str, str]:
    """Run the year; stage -> its first message."""
    details: dict[str, str] = {}
    progress.listen(lambda stage, detail: details.setdefault(stage, detail))
    try:
        run_year(places, YEAR)
    finally:
        progress.listen(None)
    return details


@dataclass
class Grown:
    """The demonstration's year, run without the last file of each feed and then with one after
    another; what each of these runs reported about dbt."""

    places: Locations
    details: dict[str, str]
    every: int


@pytest.fixture(scope="module")
def grown(demo_run, tmp_path_factory) -> Grown:
    """Every file arrived, in a place that the tests below may change further."""
    home = tmp_path_factory.mktemp("grown")
    withheld = last_of_each(demo_run.landing)
    landing = home / "landing"
    shutil.copytree(demo_run.landing, landing)
    for file in withheld.values():
        (landing / file).unlink()
    places = locations(landing, home / "w.duckdb", home / "site", None)
    details = {"": said_by(places)["dbt"]}
    for file in withheld.values():
        shutil.copy2(demo_run.landing / file, landing / file)
        details[file] = said_by(places)["dbt"]
    kinds = [node["resource_type"] for node in manifest_json()["nodes"].values()]
    return Grown(places, details, sum(kind in ("model", "test") for kind in kinds))


def test_one_file_after_another_leaves_what_all_of_them_at_once_leave(demo_run, grown):
    details = dict(grown.details)
    assert details.pop("") == f"building {grown.every} models and tests"
    assert len(details) == len(FEEDS)
    for file, detail in details.items():
        words = detail.split()
        assert words[0] == "building" and 0 < int(words[1]) < grown.every * 0.6, (file, words)
    assert tables(grown.places.warehouse) == tables(demo_run.warehouse)
    assert tree(grown.places.site) == tree(demo_run.site)


def test_demos_declared_later_and_a_dropped_table_are_seen(grown):
    """Neither brings a delivery; both must have models, decisions and pages built. Late, since it
    changes the program."""
    places = grown.places
    installations = places.landing / "app_usage/installations"
    company = min(folder.name for folder in installations.iterdir() if folder.is_dir())
    (installations / "_demo.csv").write_text(f"company_id,installation_id\n{company},\n")
    details = said_by(places)
    assert details["dbt"].startswith("building ") and details["scoring"] != "nothing new"
    assert said_by(places) == {"run": NOTHING_NEW}
    with duckdb.connect(str(places.warehouse)) as con:
        con.execute("drop table marts.fct_referrals")
    assert said_by(places)["dbt"].startswith("building ")
    assert tables(places.warehouse)["marts.fct_referrals"]


def test_a_model_of_an_earlier_release_leaves_no_table(grown):
    """Its last whole build made a model that the project no longer has, and lacks one that it has.
    After all others, since it changes the program."""
    places = grown.places
    with duckdb.connect(str(places.warehouse)) as con:
        con.execute("drop table marts.fct_referrals")
        con.execute("create table intermediate.int_gone as select 1 as n")
        con.execute(
            "update run.stages set report = replace(report, ?, ?) where stage = ?",
            ['"model.plumbline.fct_referrals"', '"model.plumbline.int_gone"', GROUP],
        )
    assert said_by(places)["dbt"].startswith("dropped intermediate.int_gone: ")
    assert tables(places.warehouse)["marts.fct_referrals"]
    with duckdb.connect(str(places.warehouse), read_only=True) as con:
        gone = con.execute("select 1 from duckdb_tables() where table_name = 'int_gone'")
        assert gone.fetchall() == []
