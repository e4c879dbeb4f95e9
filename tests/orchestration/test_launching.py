"""What Dagster shows before and after a run: defaults in words, what a year will do, who ran it.

Belongs here: the configuration of a launch, and the records of runs. Does not: the UI's own pages
(test_ui_tour.py).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.defs import launch_words
from orchestration.defs.launch_words import DEFAULTS, chosen
from orchestration.instance import MODULE, prepare_instance
from orchestration.launching import what_it_does
from tests.conftest import DEMO_YEAR

YEARS = [
    # year, the sentence about it, on a warehouse whose years are 2023 to 2025
    (DEMO_YEAR + 1, f"Computes {DEMO_YEAR + 1} for the first time"),
    (DEMO_YEAR, f"Computes {DEMO_YEAR} again, with all that has landed since."),
    (DEMO_YEAR - 1, f"{DEMO_YEAR - 1} is past: computes it again together with {DEMO_YEAR},"),
    (DEMO_YEAR - 2, f"together with {DEMO_YEAR - 1} and {DEMO_YEAR}, from the same data"),
]


@pytest.mark.parametrize(("year", "words"), YEARS)
def test_a_year_says_what_computing_it_will_do(demo_run, year, words):
    assert words in what_it_does(demo_run, year)


def test_without_a_warehouse_and_with_one_that_is_none(demo_run, tmp_path):
    empty = replace(demo_run, warehouse=tmp_path / "w.duckdb")
    assert what_it_does(empty, 2025).startswith("Computes 2025, the first year here")
    empty.warehouse.write_text("no database at all, but long enough to be one\n" * 99)
    assert what_it_does(empty, 2025).endswith("cannot be read now.")


def request_config(job: str, year: int, places, monkeypatch) -> dict:
    """What the Launchpad fills in for a year of a job."""
    for name in ("landing", "warehouse", "site"):
        monkeypatch.setenv(f"PLUMBLINE_{name.upper()}", str(getattr(places, name)))
    partitioned = defs.resolve_job_def(job).partitioned_config
    config = partitioned.get_run_config_for_partition_key(str(year))
    return config["ops"]["run_request_and_policy"]["config"]


def test_the_launchpad_fills_in_what_the_year_will_do_and_every_default(demo_run, monkeypatch):
    config = request_config("annual_assessment", DEMO_YEAR - 1, demo_run, monkeypatch)
    assert config.pop("this_launch").startswith(f"{DEMO_YEAR - 1} is past")
    assert config.pop("alone") is False
    assert config and set(config.values()) <= DEFAULTS
    assert all(chosen(value) is None for value in config.values())
    review = request_config("program_review", DEMO_YEAR, demo_run, monkeypatch)
    assert review["review"] == f"{DEMO_YEAR}-H1"
    assert review["this_launch"].startswith(f"Reviews {DEMO_YEAR}-H1.")


def test_only_the_words_of_a_default_stand_for_it():
    words = {v for k, v in vars(launch_words).items() if k.isupper() and isinstance(v, str)}
    assert words | {""} == DEFAULTS
    assert chosen(None) is None and chosen(" ") is None
    assert chosen(" 2025-H1 ") == "2025-H1"


def test_a_run_of_the_terminal_belongs_to_the_job_that_the_ui_shows(demo_run, monkeypatch):
    """Its record names the code location, by which the UI lists it, and is no other's."""
    monkeypatch.setenv("DAGSTER_HOME", str(prepare_instance(demo_run)))
    label = f"__repository__@{MODULE}"
    with dg.DagsterInstance.get() as instance:
        listed = dg.RunsFilter(job_name="annual_assessment", tags={".dagster/repository": label})
        (run, *_) = instance.get_runs(filters=listed)
        assert run.status is dg.DagsterRunStatus.SUCCESS
        assert run.tags["plumbline/command"] == run.run_id
        origin = run.remote_job_origin
    assert (origin.location_name, origin.job_name) == (MODULE, "annual_assessment")
    assert Path(demo_run.dagster_home).is_dir()
