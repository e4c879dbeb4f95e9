"""What a killed command leaves in Dagster's storage does not keep the next run waiting."""

import contextlib
import os
import uuid

import dagster as dg
import pytest
import yaml

from orchestration import settings
from orchestration.dbt import WAREHOUSE_VARIABLE
from orchestration.defs.resources import WRITER_POOL
from orchestration.instance import COMMAND_TAG, end_dead_runs, prepare_instance
from orchestration.settings import locations
from orchestration.speed import contents, direct
from orchestration.warehouse import WarehouseBusy, connect

OWN = "own"


@dg.job
def nothing():
    """A job to make runs of."""


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    prepare_instance(locations(tmp_path, tmp_path / "plumbline.duckdb", tmp_path, None))
    with dg.DagsterInstance.get() as dagster:
        yield dagster


def started(instance, command=None):
    """A run that holds the one slot of the writers' pool and went no further; a command's own run
    is tagged with its id, and a run launched again from it in the UI with the first one's."""
    run_id = str(uuid.uuid4())
    tags = {COMMAND_TAG: run_id if command == OWN else command} if command else {}
    run = instance.create_run_for_job(
        nothing, run_id=run_id, status=dg.DagsterRunStatus.STARTED, tags=tags
    )
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(WRITER_POOL)
    claim = storage.claim_concurrency_slot(WRITER_POOL, run.run_id, "step")
    assert claim.is_claimed
    return run


def claims(instance):
    return instance.event_log_storage.get_concurrency_info(WRITER_POOL).claimed_slots


def test_the_slot_of_a_killed_command_is_free_again(instance):
    run = started(instance, OWN)
    end_dead_runs(instance)
    assert claims(instance) == []
    assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE
    assert started(instance, OWN)


@pytest.mark.parametrize("command", [None, "the run that it repeats"])
def test_a_run_of_the_ui_is_named_and_left_alone(instance, command):
    run = started(instance, command)
    with pytest.raises(WarehouseBusy, match=run.run_id[:8]):
        end_dead_runs(instance)
    assert len(claims(instance)) == 1


def test_a_run_that_ended_holds_nothing(instance):
    instance.report_run_failed(started(instance))
    end_dead_runs(instance)
    assert claims(instance) == []


def test_memory_is_bounded_where_a_bound_is_given(tmp_path, monkeypatch):
    def limit() -> str:
        with connect(tmp_path / "plumbline.duckdb") as con:
            return con.execute("select current_setting('memory_limit')").fetchone()[0]

    monkeypatch.delenv("PLUMBLINE_MEMORY", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    without = limit()
    assert without == "762.9 MiB"
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    assert limit() == "2.9 GiB"
    monkeypatch.setenv("PLUMBLINE_MEMORY", "500MB")
    assert limit() == "476.8 MiB" != without
    monkeypatch.setenv("PLUMBLINE_MEMORY", "lots")
    with pytest.raises(ValueError, match=r"PLUMBLINE_MEMORY='lots' is not an amount .* 2GB or 50%"):
        limit()


def test_what_does_not_fit_into_memory_goes_beside_the_warehouse(tmp_path):
    path = tmp_path / "plumbline.duckdb"
    setting = "select current_setting('temp_directory')"
    with connect(path) as con:
        [(opened,)] = con.execute(setting).fetchall()
    with contextlib.closing(direct._Attached(path)) as attached:
        [(built,)] = attached.con.execute(setting).fetchall()
    profile = yaml.safe_load((settings.DBT_PROJECT / "profiles.yml").read_text("utf-8"))
    by_dbt = profile["plumbline"]["outputs"]["duckdb"]["config_options"]["temp_directory"]
    assert opened == built == f"{path}.tmp"
    assert by_dbt == f"{{{{ env_var('{WAREHOUSE_VARIABLE}', 'plumbline.duckdb') }}}}.tmp"


def test_what_is_read_once_is_not_held(tmp_path, monkeypatch):
    limit, during = "select current_setting('memory_limit')", []
    real = contents.content

    def content(con, rows):
        during.extend(con.execute(limit).fetchall())
        return real(con, rows)

    monkeypatch.setattr(contents, "content", content)
    monkeypatch.setenv("PLUMBLINE_MEMORY", "1GiB")
    with connect(tmp_path / "plumbline.duckdb") as con:
        con.execute("create schema run")
        con.execute("create table run.some as from range(10)")
        contents.record(con, "a stage", ["run.some"])
        assert contents.changed(con, "a stage") == []
        assert during == [("190.7 MiB",)] * 2
        assert con.execute(limit).fetchall() == [("1.0 GiB",)]
        con.execute("set memory_limit = '100MiB'")
        assert contents.changed(con, "a stage") == []
        assert during[2:] == con.execute(limit).fetchall() == [("100.0 MiB",)]
