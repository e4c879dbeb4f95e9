"""The Dagster graph loads, has no phantom upstream, and its jobs and schedules are as intended."""

from datetime import datetime

import dagster as dg
import pytest

from ingest.judging.contract import entities
from orchestration.definitions import defs
from orchestration.settings import package_folder


def tick(moment: datetime) -> dg.ScheduleEvaluationContext:
    """A schedule's context at a moment, with the whole repository behind it."""
    return dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=defs.get_repository_def()
    )


@pytest.fixture(scope="module")
def graph():
    return defs.resolve_asset_graph()


def test_every_asset_is_made_here(graph):
    """A mistyped dbt key would show as an asset that nothing makes."""
    made = {key for asset in defs.assets for key in asset.keys}
    assert graph.get_all_asset_keys() == made


def test_every_asset_is_described_and_grouped_by_its_folder(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        stage, _, topic = node.group_name.partition("_")
        assert stage in {"ingest", "transforms", "scoring", "dashboards"}, key
        assert package_folder(stage).is_dir()
        # A model is grouped with the others of its topic.
        assert bool(topic) == (stage == "transforms"), key
        models = package_folder(stage) / "models"
        assert not topic or list(models.glob(f"*/{topic}")) or (models / topic).is_dir(), key


def test_a_landed_table_says_what_its_rows_are(graph):
    """A contract's note alone does not say of which table it is."""
    for spec in entities():
        description = graph.get(dg.AssetKey(["landing", spec.name])).description
        assert description.startswith(f"Accepted rows of {spec.source}/{spec.name}"), spec.name


def test_decisions_come_last_and_rest_on_the_published_tables(graph):
    """The tables that feed the decisions are a small list that a person has checked."""
    tiers = graph.get(dg.AssetKey(["decisions", "tier_assignments"]))
    assert {key.to_user_string() for key in tiers.parent_keys} == {
        "marts/fct_tier_eligibility",
        "marts/fct_tier_step_eligibility",
        "marts/fct_program_compliance",
        "marts/fct_requirement_results",
    }
    upstream = {key.path[0] for key in graph.upstream_key_iterator(tiers.key)}
    assert upstream == {
        "landing",
        "policy",
        "run",
        "resolved",
        "staging",
        "intermediate",
        "marts",
    }


def test_only_scoring_is_partitioned_by_year(graph):
    partitioned = {
        key.path[0] for key in graph.get_all_asset_keys() if graph.get(key).is_partitioned
    }
    assert partitioned == {"decisions"}


def test_schedules_are_off_until_a_person_starts_them():
    assert {schedule.name for schedule in defs.schedules} == {
        "january_assessment",
        "channel_morning",
        "program_review_h1",
        "program_review_h2",
        "retention_monthly",
    }
    for schedule in defs.schedules:
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


def test_a_review_schedule_asks_for_the_period_that_has_just_ended():
    schedule = defs.resolve_schedule_def("program_review_h1")
    context = tick(datetime(2025, 7, 1, 6))
    run = schedule.evaluate_tick(context).run_requests[0]
    config = run.run_config["ops"]["run_request_and_policy"]["config"]
    assert (run.partition_key, config) == ("2025", {"review": "2025-H1"})


def test_retention_judges_on_the_first_of_each_month():
    schedule = defs.resolve_schedule_def("retention_monthly")
    [run] = schedule.evaluate_tick(tick(datetime(2026, 2, 1, 5))).run_requests
    [config] = run.run_config["ops"].values()
    assert config == {"config": {"as_of": "2026-02-01"}}


def test_january_assesses_the_year_before():
    schedule = defs.resolve_schedule_def("january_assessment")
    context = tick(datetime(2026, 1, 2, 7))
    assert schedule.evaluate_tick(context).run_requests[0].partition_key == "2025"
