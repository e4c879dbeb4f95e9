"""What the served UI refuses, asked of `plumbline ui` itself: launches, schedules, other places.

Belongs here: calls that would change something. Does not: the guard's cases (test_ui_guard.py).
"""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import DEMO_YEAR

from .ui_server import BEARER, PATIENCE, ui

JOB = "annual_assessment"
WHERE = {
    "repositoryLocationName": "orchestration.definitions",
    "repositoryName": "__repository__",
}
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } }
  ... on RunConfigValidationInvalid { errors { message } }
  ... on PythonError { message } } }"""
START = """mutation($schedule: ScheduleSelector!) { startSchedule(scheduleSelector: $schedule) {
  __typename } }"""
SENSE = """mutation($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
  __typename } }"""
RELOAD = "mutation { reloadWorkspace { __typename } }"
STATUS = """query($run: ID!) { runOrError(runId: $run) { ... on Run { status } }
  logsForRun(runId: $run) { ... on EventConnection { events {
    ... on ExecutionStepFailureEvent { error { message causes { message } } }
    ... on RunFailureEvent { message } } } } }"""
VERSION = "{ version }"
BEATS = "{ instance { daemonHealth { allDaemonStatuses { daemonType lastHeartbeatTime } } } }"


def data_of(address: str, query: str, headers: dict = BEARER, **variables: Any) -> Any:
    """The answer's data, or the status code of a refusal."""
    body = {"query": query, "variables": variables}
    answer = httpx.post(f"{address}/graphql", json=body, headers=headers, timeout=120)
    return answer.json()["data"] if answer.status_code == 200 else answer.status_code


def launch(address: str, **program: str) -> dict:
    """Ask for the yearly job on these places."""
    job = {**WHERE, "pipelineName": JOB}
    config = {"resources": {"program": {"config": program}}} if program else {}
    tags = [{"key": "dagster/partition", "value": str(DEMO_YEAR)}]
    params = {
        "selector": job,
        "runConfigData": config,
        "mode": "default",
        "executionMetadata": {"tags": tags},
    }
    return data_of(address, LAUNCH, params=params)["launchRun"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "landing").mkdir(parents=True)
    return tmp_path / "home"


def test_read_only_shows_and_changes_nothing(home):
    with ui(home, "--read-only") as address:
        assert data_of(address, VERSION)["version"]
        assert launch(address)["__typename"] == "UnauthorizedError"
        schedule = {**WHERE, "scheduleName": "retention_monthly"}
        started = data_of(address, START, schedule=schedule)["startSchedule"]
        assert started["__typename"] == "UnauthorizedError"
        sensor = {**WHERE, "sensorName": "landing_zone"}
        started = data_of(address, SENSE, sensor=sensor)["startSensor"]
        assert started["__typename"] == "UnauthorizedError"
        assert data_of(address, RELOAD)["reloadWorkspace"]["__typename"] == "UnauthorizedError"
        assert data_of(address, "{ runsOrError { ... on Runs { count } } }")["runsOrError"] == {
            "count": 0
        }
        # The daemon that would start schedules and sensors never ran.
        daemons = data_of(address, BEATS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        assert daemons and not any(daemon["lastHeartbeatTime"] for daemon in daemons)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.2", int(address.rpartition(":")[2])), timeout=10)
    assert not (home / "plumbline.duckdb").exists()


def test_a_launch_from_elsewhere_is_refused_and_one_to_elsewhere_fails(home, tmp_path):
    other = tmp_path / "other.duckdb"
    with ui(home) as address:
        for headers in ({}, {**BEARER, "origin": "http://127.0.0.1:1"}, {"origin": address}):
            assert data_of(address, RELOAD, headers) == 403
        launched = launch(address, warehouse=str(other))
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run = launched["run"]["runId"]
        until = time.monotonic() + PATIENCE
        while (answer := data_of(address, STATUS, run=run))["runOrError"]["status"] != "FAILURE":
            assert answer["runOrError"]["status"] != "SUCCESS" and time.monotonic() < until, answer
            time.sleep(1)
        assert "this UI runs on" in str(answer["logsForRun"]), answer
    assert not other.exists() and not (home / "plumbline.duckdb").exists()
