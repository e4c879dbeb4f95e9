"""Schedules of plumbline.yaml: what they start, when, and the message for a wrong one."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.defs.schedules import bad_schedules, configured_schedules
from orchestration.doctor.examine import schedules as examined
from orchestration.doctor.finding import State

YAML = """
sources:
  the-accounts: {kind: sftp, host: h, user: u, known_hosts: k, into: crm}
schedules:
  last-year: {job: annual_assessment, cron: "0 7 2 1 *"}
  nightly: {job: annual_assessment, year: current, cron: "0 2 * * *", zone: Europe/Berlin}
  morning: {job: channel_day, cron: "30 6 * * 1-5"}
  accounts-hourly: {pull: the-accounts, cron: "15 * * * *", started: true}
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.delenv("PLUMBLINE_CONFIG", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    return lambda text: (tmp_path / "plumbline.yaml").write_text(text, "utf-8")


def year_and_policy(schedule, moment):
    context = dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=defs.get_repository_def()
    )
    tick = schedule.evaluate_tick(context)
    (request,) = tick.run_requests
    return request.partition_key, request.run_config


def test_each_starts_what_it_names(write):
    write(YAML)
    schedules, jobs = configured_schedules({"the-accounts"})
    assert [job.name for job in jobs] == ["pull_the_accounts"]
    by_name = {one.name: one for one in schedules}
    moment = datetime(2026, 3, 4, 6, 30, tzinfo=UTC)
    assert year_and_policy(by_name["own_last_year"], moment)[0] == "2025"
    assert year_and_policy(by_name["own_nightly"], moment)[0] == "2026"
    year, config = year_and_policy(by_name["own_morning"], moment)
    assert (year, config["ops"]["dashboards__today"]["config"]) == ("2026", {"as_of": "2026-03-04"})
    assert year_and_policy(by_name["own_accounts_hourly"], moment) == (None, {})
    on = {name for name, one in by_name.items() if one.default_status.value == "RUNNING"}
    assert on == {"own_accounts_hourly"}
    assert by_name["own_nightly"].execution_timezone == "Europe/Berlin"


WRONG = [
    ('{job: annual_assessment, cron: "61 * * * *"}', "not a cron line"),
    ('{job: annual_assessment, cron: "0 2 * * *", zone: Europe/Berlim}', "not a time zone"),
    ('{cron: "0 2 * * *"}', "either `job:` or `pull:`"),
    ('{job: channel_day, pull: a, cron: "0 2 * * *"}', "either `job:` or `pull:`"),
    ('{pull: other, cron: "0 2 * * *"}', "no source 'other'"),
    ('{job: channel_day, year: last, cron: "0 2 * * *"}', "only annual_assessment"),
    ('{job: everything, cron: "0 2 * * *"}', "input should be"),
    ("{job: channel_day}", "field required"),
]


@pytest.mark.parametrize(("spec", "words"), WRONG)
def test_a_wrong_one_is_named_and_starts_nothing(write, spec, words):
    write(f"schedules:\n  one: {spec}\n")
    (fault,) = bad_schedules({"a"})
    assert fault.startswith("schedules: one") and words in fault
    assert configured_schedules({"a"}) == ([], [])
    assert [(f.state, f.said) for f in examined()] == [(State.WRONG, fault)]


def test_none_is_as_before(write):
    write("owners: {channel_manager: a@b.example}\n")
    assert configured_schedules(set()) == ([], [])
    assert list(examined()) == []
