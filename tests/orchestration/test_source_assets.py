"""Sources in Dagster: their own assets with figures and freshness, and the sensor on the zone."""

import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from filelock import FileLock

from ingest.sources.fetched import Fetched, SourceError
from orchestration.cli.app import run
from orchestration.definitions import defs
from orchestration.defs.pull import api_pull, fetched_files
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.defs.sources import known_sources, landing_zone, source_asset
from orchestration.settings import locations

YAML = """
sources:
  good: {kind: sftp, host: h, user: u, known_hosts: k, into: crm, fresh_hours: 26}
  bad: {kind: imap, host: h, user: u, password: p, senders: [a@b.example], into: crm}
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "SECRETS"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    (tmp_path / "plumbline.yaml").write_text(YAML, "utf-8")
    (tmp_path / "landing").mkdir()

    def good(spec, landing, state):
        return [Fetched("a.csv", "crm/a.csv", 30, 2), Fetched("b.csv", "crm/b.csv", 12, 1)]

    def bad(spec, landing, state):
        raise SourceError("imap: h refuses u")

    monkeypatch.setattr("ingest.sources.sftp.fetch", good)
    monkeypatch.setattr("ingest.sources.mailbox.fetch", bad)
    return tmp_path


def program():
    places = locations()
    return Program(landing=str(places.landing), warehouse=str(places.warehouse))


def materialize(assets, instance):
    return dg.materialize(
        assets, resources={"program": program()}, instance=instance, raise_on_error=False
    )


@contextmanager
def another_writer():
    """Another process's lock on the warehouse."""
    with FileLock(str(locations().lock)):
        yield


def test_a_source_is_an_asset_with_its_figures_and_its_freshness(home):
    assets = {source.name: source_asset(source) for source in known_sources()}
    hours = {
        name: asset.specs_by_key[asset.key].freshness_policy.fail_window.to_timedelta()
        for name, asset in assets.items()
    }
    assert hours == {"good": timedelta(hours=26), "bad": timedelta(days=7)}
    with dg.DagsterInstance.ephemeral() as instance, another_writer():
        before = datetime.now(UTC).timestamp()
        result = materialize([assets["good"]], instance)
        assert result.success
        metadata = result.asset_materializations_for_node("sources__good")[0].metadata
        assert not materialize([assets["bad"]], instance).success
        assert instance.get_latest_materialization_event(dg.AssetKey(["sources", "bad"])) is None
    assert (metadata["files"].value, metadata["bytes"].value) == (2, 42)
    assert metadata["dagster/row_count"].value == 3
    assert before <= metadata["last_moment"].value <= datetime.now(UTC).timestamp()


def test_only_what_writes_the_warehouse_stands_in_the_writers_pool(home):
    pools = {asset: asset.op.pool for asset in (fetched_files, api_pull)}
    assert pools == {fetched_files: None, api_pull: WRITER_POOL}
    assert all(source_asset(source).op.pool is None for source in known_sources())


def test_a_run_renews_the_sources_that_answered_and_no_other(home):
    with dg.DagsterInstance.ephemeral() as instance:
        result = materialize([fetched_files, api_pull], instance)
        assert result.success
        good = instance.get_latest_materialization_event(dg.AssetKey(["sources", "good"]))
        assert good.asset_materialization.metadata["bytes"].value == 42
        assert instance.get_latest_materialization_event(dg.AssetKey(["sources", "bad"])) is None
    (event,) = result.asset_materializations_for_node("landing__api_pull")
    assert "imap: h refuses u" in event.metadata["bad"].value


def test_pulling_at_the_terminal_renews_the_sources_that_answered_and_no_other(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    assert run(["pull"]) == 1
    assert run(["pull", "good"]) == 0
    with dg.DagsterInstance.get() as instance:
        good, bad = (dg.AssetKey(["sources", name]) for name in ("good", "bad"))
        event = instance.get_latest_materialization_event(good)
        assert event.asset_materialization.metadata["bytes"].value == 42
        assert len(instance.fetch_materializations(good, limit=9).records) == 2
        assert instance.get_latest_materialization_event(bad) is None
        (observation,) = instance.fetch_observations(bad, limit=9).records
        assert "h refuses u" in str(observation.asset_observation.metadata["fault"].value)


def test_what_was_fetched_once_is_not_fetched_again_by_the_same_run(home, monkeypatch):
    calls = []
    monkeypatch.setattr(
        "ingest.sources.sftp.fetch", lambda spec, landing, state: calls.append(1) or []
    )
    with dg.DagsterInstance.ephemeral() as instance:
        assert materialize([fetched_files, api_pull], instance).success
    assert calls == [1]


def test_a_broken_configuration_leaves_the_graph_whole(home):
    (home / "plumbline.yaml").write_text("sources: [1]", "utf-8")
    assert known_sources() == []


def look(cursor):
    """(what the sensor decides, its cursor afterwards)."""
    context = dg.build_sensor_context(cursor=cursor)
    return landing_zone(context), context.cursor


def write(home, name, age=3600.0):
    path = home / "landing" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)
    moment = time.time() - age
    os.utime(path, (moment, moment))


def test_the_sensor_is_off_and_starts_a_run_for_new_files_alone(home):
    assert landing_zone.default_status is dg.DefaultSensorStatus.STOPPED
    write(home, "crm/a.csv")
    decided, cursor = look(None)
    assert isinstance(decided, dg.SkipReason)
    decided, same = look(cursor)
    assert isinstance(decided, dg.SkipReason) and same == cursor
    write(home, "crm/.hidden.csv.new")
    assert isinstance(look(cursor)[0], dg.SkipReason)
    write(home, "crm/b.csv", age=5)
    decided, waiting = look(cursor)
    assert isinstance(decided, dg.SkipReason) and "crm/b.csv" in decided.skip_message
    assert waiting == cursor
    write(home, "crm/b.csv", age=300)
    decided, after = look(waiting)
    assert isinstance(decided, dg.RunRequest) and after != cursor
    assert decided.partition_key == str(datetime.now(UTC).year)
    assert isinstance(look(after)[0], dg.SkipReason)
    write(home, "crm/b.csv", age=200)
    assert isinstance(look(after)[0], dg.RunRequest)


def test_new_files_start_a_run_of_the_yearly_job_as_dagster_would_launch_it(home):
    """The tick of a real instance, with the job's own configuration for the year."""
    write(home, "crm/a.csv")
    with dg.DagsterInstance.ephemeral() as instance:
        context = {"instance": instance, "repository_def": defs.get_repository_def()}
        first = landing_zone.evaluate_tick(dg.build_sensor_context(**context))
        assert not first.run_requests
        write(home, "crm/b.csv")
        second = landing_zone.evaluate_tick(dg.build_sensor_context(cursor=first.cursor, **context))
    (request,) = second.run_requests
    year = str(datetime.now(UTC).year)
    assert request.tags["dagster/partition"] == year
    config = request.run_config["ops"]["run_request_and_policy"]["config"]
    assert config["this_launch"].startswith(f"Computes {year}")


def test_the_sensor_sees_an_object_store_as_a_folder(home, monkeypatch):
    from ingest.sources.objects import Listed

    objects = [Listed("crm/a.csv", 3, "2025-01-01T00:00:00+00:00", "e")]
    monkeypatch.setenv("PLUMBLINE_LANDING", "s3://bucket/prefix")
    monkeypatch.setattr("ingest.sources.objects.open_store", lambda address: None)
    monkeypatch.setattr("ingest.sources.objects.listing", lambda address, store: list(objects))
    _, cursor = look(None)
    assert isinstance(look(cursor)[0], dg.SkipReason)
    objects.append(Listed("crm/b.csv", 3, "2025-01-02T00:00:00+00:00", "e"))
    assert isinstance(look(cursor)[0], dg.RunRequest)
