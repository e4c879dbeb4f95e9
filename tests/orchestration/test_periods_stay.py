"""Periods coexist: a run of a past year, a past moment or a review removes no other period.

Belongs here: runs after runs in one warehouse. Does not: what a run computes.
"""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from orchestration.deleting import delete_year
from orchestration.ledger import publish
from orchestration.periods import BadRequest, RunRequest, beside, review_request, year_request
from orchestration.run import run_review, run_year
from orchestration.settings import Locations, locations
from scoring.ledger.freeze import Request
from scoring.policy.load import load_policy
from tests.faults.program import arrive
from tests.orchestration.test_run import tables, tree


def tier_years(places: Locations) -> list[int]:
    with duckdb.connect(str(places.serving), read_only=True) as con:
        rows = con.execute("select distinct tier_year from decisions.tier_assignments order by 1")
        return [year for (year,) in rows.fetchall()]


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Locations:
    """A warehouse with 2023 and 2024."""
    home = tmp_path_factory.mktemp("periods")
    made = locations(home / "landing", home / "plumbline.duckdb", home / "site", None)
    arrive(made.landing, "first")
    arrive(made.landing, "second")
    run_year(made, 2024)
    return made


def test_a_past_year_or_review_leaves_the_newest_standing(places):
    before = (tables(places.warehouse), tree(places.site))
    outcome = run_year(places, 2023)
    assert outcome.period == "2023" and tier_years(places) == [2024, 2025]
    assert (tables(places.warehouse), tree(places.site)) == before
    run_review(places, "2024-H1")
    assert (tables(places.warehouse), tree(places.site)) == before
    assert "2024" in (places.site / "index.html").read_text("utf-8")
    assert (places.site / "tiers-2023.html").exists()


def test_a_past_moment_lies_beside_the_warehouse(places):
    before = (tables(places.warehouse), tree(places.site))
    outcome = run_year(places, 2024, known_at=datetime(2024, 6, 1))
    assert outcome.places.warehouse != places.warehouse
    assert outcome.places.ledger == places.ledger and outcome.places.store == places.store
    with duckdb.connect(str(outcome.places.serving), read_only=True) as con:
        assert con.execute("select known_at from run.parameters").fetchone() == (
            datetime(2024, 6, 1),
        )
    assert (outcome.places.site / "index.html").exists()
    assert (tables(places.warehouse), tree(places.site)) == before
    assert tables(outcome.places.warehouse) != before[0]


def test_the_ui_sends_a_past_moment_elsewhere_too(places):
    """The moment is only in the run's configuration, not in the environment."""
    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.defs.jobs import REQUEST_OP
    from orchestration.instance import prepare_instance

    before = (tables(places.warehouse), tree(places.site))
    prepare_instance(places)
    config = {"known_at": "2024-07-01T00:00:00"}
    with places.exported(), dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("annual_assessment").execute_in_process(
            instance=instance,
            partition_key="2024",
            run_config={"ops": {REQUEST_OP: {"config": config}}},
        )
    assert result.success
    aside = places.warehouse.with_name("plumbline.known-at-20240701T000000.duckdb")
    assert tables(aside) != before[0]
    assert (tables(places.warehouse), tree(places.site)) == before


def test_the_newest_year_is_deleted_and_no_other(places):
    with pytest.raises(BadRequest, match="2024 rests on 2023; delete 2024 first"):
        delete_year(places, 2023)
    with pytest.raises(BadRequest, match="holds no 2025"):
        delete_year(places, 2025)
    delete_year(places, 2024)
    assert tier_years(places) == [2024]
    assert not (places.site / "tiers-2023.html").exists()
    with pytest.raises(BadRequest, match="only year"):
        delete_year(places, 2023)
    run_year(places, 2024)
    assert tier_years(places) == [2024, 2025]
    publish(places, Request("2024", "Ann"))
    with pytest.raises(BadRequest, match="published as 0001-2024"):
        delete_year(places, 2024)


def test_which_periods_stay():
    policy = load_policy(None)
    newest = year_request(2025)
    request = year_request(2024)
    assert beside(policy, newest, request, None) == newest
    # The day of deals is the newest period's own, unless another one is asked for.
    assert beside(policy, newest, request, request.as_of) == RunRequest(
        2025, "2025", request.as_of, None
    )
    half = review_request(policy, "2025-H1")
    assert beside(policy, newest, half, None) == newest
    assert beside(policy, request, half, None) == half
    assert beside(policy, half, request, None) == half
    assert beside(policy, newest, year_request(2026), None).last_period == "2026"
    assert beside(policy, None, request, None) == request
