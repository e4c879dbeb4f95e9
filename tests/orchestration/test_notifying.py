"""The sensors that send messages, ticked by Dagster's own helpers on a real instance.

Belongs here: what a tick sends to a local server, and that a repeat sends nothing. Does not: the
words of the digest, or the sensor on the landing zone (test_source_assets.py).
"""

from __future__ import annotations

import shutil

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.defs.notifying import NotSent, due_actions, failed_checks
from tests.orchestration.sink import http_sink

STATE = {"passes": False}


@dg.asset(check_specs=[dg.AssetCheckSpec("rows_add_up", asset="table")])
def table():
    """An asset whose check fails while `STATE` says so."""
    yield dg.MaterializeResult()
    yield dg.AssetCheckResult(
        check_name="rows_add_up",
        passed=STATE["passes"],
        description="2 rows fail. Failing means that rows were lost.",
    )


REPOSITORY = dg.Definitions(assets=[table]).get_repository_def()


@pytest.fixture
def sink():
    with http_sink() as receiver:
        yield receiver


@pytest.fixture
def home(tmp_path, monkeypatch, sink):
    """A program whose plumbline.yaml sends everything to the sink."""
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    (tmp_path / "plumbline.yaml").write_text(f"destinations:\n  everybody: '{sink[0]}'\n")
    return tmp_path


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as dagster:
        yield dagster


def materialize(instance, *, passes):
    STATE["passes"] = passes
    return dg.materialize([table], instance=instance)


def tick(sensor, instance=None, cursor=None):
    """(what the tick says, its cursor afterwards)."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=REPOSITORY)
    return sensor(context).skip_message, context.cursor


def test_both_are_off_until_a_person_starts_them():
    status = {s.name: s.default_status for s in defs.sensors}
    assert status == dict.fromkeys(
        ("landing_zone", "due_actions", "failed_checks"), dg.DefaultSensorStatus.STOPPED
    )


def test_a_check_that_begins_to_fail_is_told_once_and_again_after_it_has_passed(
    home, sink, instance
):
    _, received = sink
    _, cursor = tick(failed_checks, instance)
    assert received == []
    materialize(instance, passes=False)
    result, cursor = tick(failed_checks, instance, cursor)
    assert "1 thing" in result
    (message,) = received
    assert message["title"] == "Plumbline: 1 failed check"
    assert message["message"] == (
        "- table: rows add up: 2 rows fail. Failing means that rows were lost."
    )
    materialize(instance, passes=False)
    result, cursor = tick(failed_checks, instance, cursor)
    assert result == "nothing new"
    materialize(instance, passes=True)
    _, cursor = tick(failed_checks, instance, cursor)
    assert len(received) == 1
    materialize(instance, passes=False)
    tick(failed_checks, instance, cursor)
    assert len(received) == 2


def test_a_failed_send_fails_the_tick_and_is_tried_again_where_it_failed(
    home, sink, instance, tmp_path
):
    """A tick that fails keeps no cursor; the place that accepted the message does not get it
    twice."""
    url, received = sink
    with http_sink() as (other, down):
        (home / "plumbline.yaml").write_text(f"destinations:\n  everybody: ['{url}', '{other}']\n")
        down.refuse = True
        materialize(instance, passes=False)
        with pytest.raises(NotSent, match="503"):
            tick(failed_checks, instance)
        down.refuse = False
        assert "1 thing" in tick(failed_checks, instance)[0]
        assert (len(received), len(down)) == (1, 1)


def test_what_is_due_today_is_told_once(home, sink, demo_run):
    _, received = sink
    shutil.copy2(demo_run.serving, home / "plumbline.duckdb.serving")
    result, _ = tick(due_actions)
    assert "thing" in result
    assert "to do" in received[0]["title"] and "overdue" in received[0]["title"]
    assert any("plumbline explain" in message["message"] for message in received)
    before = len(received)
    assert tick(due_actions)[0] == "nothing new"
    assert len(received) == before


def test_without_a_warehouse_or_a_destination_a_tick_says_why_nobody_is_told(home, instance):
    assert "run `plumbline run" in tick(due_actions)[0]
    (home / "plumbline.yaml").write_text("")
    for sensor in (due_actions, failed_checks):
        assert "nothing is sent: there is no destination" in tick(sensor, instance)[0]
