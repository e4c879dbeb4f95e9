"""Dagster's event log as a program keeps it says what the stock one says, in fewer transactions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from sqlalchemy import event as of_engine
from sqlalchemy.engine import Engine

from orchestration.instance import prepare_instance
from orchestration.settings import locations
from orchestration.speed.history import EventHistory

ROWS = [f"table_{number}" for number in range(20)]
PARTITIONS = dg.StaticPartitionsDefinition(["2025"])


@dg.multi_asset(
    specs=[
        dg.AssetSpec(name, partitions_def=PARTITIONS, deps=ROWS[max(0, number - 2) : number])
        for number, name in enumerate(ROWS)
    ],
    check_specs=[dg.AssetCheckSpec("holds", asset=name) for name in ROWS],
)
def tables():
    """Every table and, after them, every check, as the models' step yields them."""
    for number, name in enumerate(ROWS):
        yield dg.MaterializeResult(name, metadata={"rows": number}, tags={"kind": "table"})
    for name in ROWS:
        yield dg.AssetCheckResult(asset_key=name, check_name="holds", passed=name != ROWS[3])


@dg.asset(deps=ROWS, partitions_def=PARTITIONS)
def fails():
    raise ValueError("no")


JOB = dg.Definitions([tables, fails], jobs=[dg.define_asset_job("everything")])


def instance_at(home: Path, monkeypatch, plain: bool) -> dg.DagsterInstance:
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("PLUMBLINE_PLAIN", "1" if plain else "")
    prepare_instance(locations(home, home / "plumbline.duckdb", home, None))
    return dg.DagsterInstance.get()


def judged(check) -> tuple[int, bool]:
    """The id of the materialization that a check judges, and whether it is the same run's."""
    target = check.event.dagster_event.asset_check_evaluation_data.target_materialization_data
    return target.storage_id, target.run_id == check.run_id


def made_from(entry: dg.EventLogEntry) -> dict[str, str]:
    """The ids of the materializations that one was made from, by the name of the tag."""
    tags = entry.asset_materialization.tags
    return {name: tags[name] for name in tags if "input_event_pointer" in name}


def history_of(instance: dg.DagsterInstance) -> tuple:
    """What the log says of one run of everything, without moments and ids."""
    job = JOB.resolve_job_def("everything")
    with instance:
        run = job.execute_in_process(
            instance=instance, partition_key="2025", raise_on_error=False, run_config={}
        )
        log = instance.event_log_storage
        events = [
            (record.dagster_event_type, record.step_key, str(record.dagster_event.asset_key))
            for record in log.get_logs_for_run(run.run_id)
            if record.is_dagster_event
        ]
        latest = log.get_latest_materialization_events([dg.AssetKey(name) for name in ROWS])
        checks = [
            (check.status, str(check.key), judged(check))
            for name in ROWS
            for check in log.get_asset_check_execution_history(
                dg.AssetCheckKey(dg.AssetKey(name), "holds"), limit=9
            )
        ]
        tags = {
            name: sorted(
                (row["tag_key"], row["tag_value"])
                for row in map(dict, log.get_event_tags_for_asset(dg.AssetKey(name)))
                if "tag_key" in row
            )
            for name in ROWS
        }
        kept = {
            key.to_string(): (row.asset_materialization.metadata, made_from(row))
            for key, row in latest.items()
        }
        return events, kept, checks, tags, instance.get_run_by_id(run.run_id).status


def test_the_log_says_what_the_stock_one_says(tmp_path, monkeypatch):
    ours = instance_at(tmp_path / "ours", monkeypatch, plain=False)
    assert isinstance(ours.event_log_storage, EventHistory)
    log = history_of(ours)
    stock = instance_at(tmp_path / "stock", monkeypatch, plain=True)
    assert type(stock.event_log_storage) is SqliteEventLogStorage
    assert log == history_of(stock)
    assert Counter(kind for kind, *_ in log[0])[dg.DagsterEventType.STEP_FAILURE] == 1
    assert len(log[1]) == len(ROWS)
    assert all(len(parents) == 2 for _, parents in list(log[1].values())[2:])
    assert all(same_run for _, _, (_, same_run) in log[2])


@dg.multi_asset(
    specs=[dg.AssetSpec("model")], check_specs=[dg.AssetCheckSpec("holds", asset="model")]
)
def model():
    """A table with every year, made by a run of one year, as all models are."""
    yield dg.MaterializeResult("model")
    yield dg.AssetCheckResult(asset_key="model", check_name="holds", passed=True)


def target_of(instance: dg.DagsterInstance, made_by_year: bool):
    """The materialization to which a run of one year attaches its check of `model`."""
    defs = dg.Definitions([tables, fails, model], jobs=[dg.define_asset_job("everything")])
    with instance:
        if made_by_year:
            made = dg.AssetMaterialization("model", partition="2025")
            instance.report_runless_asset_event(made)
        job = defs.resolve_job_def("everything")
        job.execute_in_process(instance=instance, partition_key="2025", raise_on_error=False)
        key = dg.AssetCheckKey(dg.AssetKey("model"), "holds")
        [check] = instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    evaluated = check.event.dagster_event.asset_check_evaluation_data
    target = evaluated.target_materialization_data
    return target and target.storage_id


@pytest.mark.parametrize("made_by_year", [False, True])
def test_a_table_of_every_year_is_judged_as_the_stock_log_judges_it(
    tmp_path, monkeypatch, made_by_year
):
    """A check in a run of one year is attached to what was made for that year, and most tables
    never were."""
    ours = target_of(instance_at(tmp_path / "ours", monkeypatch, plain=False), made_by_year)
    stock = target_of(instance_at(tmp_path / "stock", monkeypatch, plain=True), made_by_year)
    assert ours == stock
    assert (ours is not None) == made_by_year


def commits(instance: dg.DagsterInstance) -> int:
    """How many transactions a run of everything takes, including those that read."""
    counted = []
    noted = counted.append
    of_engine.listen(Engine, "commit", noted)
    try:
        history_of(instance)
    finally:
        of_engine.remove(Engine, "commit", noted)
    return len(counted)


def test_a_later_run_is_judged_by_what_it_makes_itself(tmp_path, monkeypatch):
    """The second run of a process asks nothing of what the first one left in memory."""
    ours = instance_at(tmp_path / "ours", monkeypatch, plain=False)
    stock = instance_at(tmp_path / "stock", monkeypatch, plain=True)
    logs = []
    for instance in (ours, stock):
        history_of(instance)
        logs.append(history_of(instance))
    assert logs[0] == logs[1]


def test_events_of_a_step_share_transactions(tmp_path, monkeypatch):
    ours = commits(instance_at(tmp_path / "ours", monkeypatch, plain=False))
    stock = commits(instance_at(tmp_path / "stock", monkeypatch, plain=True))
    assert ours < 0.6 * stock


@pytest.fixture
def history(tmp_path, monkeypatch):
    with instance_at(tmp_path, monkeypatch, plain=False) as instance:
        yield instance


def test_what_a_person_reports_is_written_at_once(history):
    """No run ends after it, so otherwise nothing would make it visible to another process."""
    history.report_runless_asset_event(dg.AssetMaterialization(asset_key="table_0"))
    other = EventHistory(history.event_log_storage._base_dir)
    assert other.has_asset_key(dg.AssetKey("table_0"))
    other.dispose()


@dg.multi_asset(specs=[dg.AssetSpec(name) for name in ROWS])
def reads_itself(context):
    """A step that queries, while it works, what it has yielded."""
    for number, name in enumerate(ROWS):
        yield dg.MaterializeResult(name, metadata={"rows": number})
    for number, name in enumerate(ROWS[:-1]):
        kept = context.instance.get_latest_materialization_event(dg.AssetKey(name))
        assert kept.asset_materialization.metadata["rows"].value == number


def test_what_waits_is_written_before_anything_is_read(history):
    assert dg.materialize([reads_itself], instance=history).success
