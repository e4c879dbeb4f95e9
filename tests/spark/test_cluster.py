"""A standalone cluster and a Connect server: what DuckDB gives, and a worker lost on the way.

Belongs here: what needs more than one process of Spark; `make test-spark-cluster` runs it.
Does not: a local session (test_feed.py, test_parity.py).
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.engines.spark import spark_python
from tests import object_store
from tests.engines.both import SameDemonstration
from tests.ingest.sources.conftest import bucket, s3_server  # noqa: F401
from tests.spark.cluster import Cluster, standalone
from tests.spark.feeds import assert_same, land_both, lay_edges, lay_months, many, spark

ROWS, GROUP = 400_000, 10_000


# So few rows are processed quickly; compiling code for them would take longer. Everything that
# Spark reports is written: its plans to the event log, every line to the logs.
SETTINGS = """\
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.driver.extraJavaOptions {java}
spark.executor.extraJavaOptions {java}
spark.log.level INFO
spark.eventLog.enabled true
spark.eventLog.compress false
spark.eventLog.dir file://{events}
"""
JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A master and two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    events = folder / "events"
    events.mkdir()
    settled = SETTINGS.format(events=events, java=JAVA)
    with standalone(folder / "spark", defaults=settled) as cluster:
        yield cluster


def point_at(cluster: Cluster, patch: pytest.MonkeyPatch) -> None:
    """Let drivers find the cluster."""
    patch.setenv("PLUMBLINE_SPARK_MASTER", cluster.master)
    patch.setenv("SPARK_CONF_DIR", str(cluster.conf))
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    # Of the workers: on other machines it is where they have it.
    patch.setenv("PYSPARK_PYTHON", str(spark_python()))


@pytest.fixture
def on_cluster(cluster, monkeypatch):
    """The cluster, which a driver of this test finds."""
    point_at(cluster, monkeypatch)
    return cluster


def lay_many(zone):
    """One file of many row groups, and what cuts its parts."""
    path = zone.put("app_usage/usage_events/2025-03.parquet", b"")
    many(ROWS).write_parquet(path, row_group_size=GROUP)
    lay_edges(zone)


def kill_midway(cluster: Cluster, name: str, over: threading.Event, spilled: list[str]) -> None:
    """Kill a worker as soon as it holds a part of the sums that the other one still has to get."""
    while not over.wait(0.02):
        # The first shuffle (0) is that of the counted rows.
        shuffled = [*cluster.folder.glob(f"{name}-local/**/shuffle_[1-9]*.data")]
        if shuffled:
            cluster.kill(name)
            spilled.append(shuffled[0].name)
            return


def test_a_cluster_sums_a_shared_folder(on_cluster, tmp_path):
    with spark(tmp_path / "spark") as engine:
        duck, other = land_both(tmp_path, lay_months, engine)
        assert_same(duck, other)
        assert [answer for request, answer in engine.requests if request.tables and answer]


def test_a_cluster_sums_a_bucket_and_tells_no_key(on_cluster, bucket, tmp_path):  # noqa: F811
    with spark(tmp_path / "spark") as engine:
        duck, other = land_both(tmp_path, lay_months, engine, bucket)
        assert_same(duck, other)
        assert [answer for request, answer in engine.requests if request.tables and answer]
        assert all(answer for _, answer in engine.requests)
        assert_no_key_is_told(on_cluster, tmp_path)


def assert_no_key_is_told(cluster: Cluster, driver: Path) -> None:
    """Neither a key nor a signature occurs in any file of the cluster or the driver, although the
    files that could contain one exist: a plan, and the logs of executors and driver."""
    files = [*cluster.folder.parent.rglob("*"), *driver.rglob("*.log")]
    every = {}
    for path in files:
        # Scratch of a shuffle goes meanwhile.
        with suppress(FileNotFoundError, IsADirectoryError):
            every[path] = path.read_bytes()
    for sign in (b"MapInArrow", b"Running task"):
        assert any(sign in text for text in every.values()), sign
    assert any(path.name == "feed.log" for path in every)
    for secret in (object_store.SECRET, "X-Amz-Signature", "X-Amz-Credential"):
        assert not [path for path, text in every.items() if secret.encode() in text], secret


def test_a_worker_killed_midway_loses_nothing(on_cluster, tmp_path):
    over, spilled = threading.Event(), []
    with spark(tmp_path / "spark") as engine:
        killing = threading.Thread(target=kill_midway, args=(on_cluster, "worker-1", over, spilled))
        killing.start()
        try:
            duck, other = land_both(tmp_path, lay_many, engine)
        finally:
            over.set()
            killing.join()
        assert spilled, "the work ended before the worker was killed"
        assert_same(duck, other)
        assert all(answer for _, answer in engine.requests)
        assert duck.rows("select sum(feed_rows) from landing.usage_calls") == [(ROWS,)]
    on_cluster.start_worker("worker-1")


def test_a_connect_server_sums_on_the_cluster(
    on_cluster,
    bucket,  # noqa: F811
    monkeypatch,
    tmp_path,
):
    monkeypatch.setenv("PLUMBLINE_SPARK_REMOTE", on_cluster.start_connect())
    monkeypatch.delenv("PLUMBLINE_SPARK_MASTER")
    for name, address in (("folder", None), ("bucket", bucket)):
        (tmp_path / name).mkdir()
        with spark(tmp_path / name / "spark") as engine:
            duck, other = land_both(tmp_path / name, lay_months, engine, address)
            assert_same(duck, other)
            cuts = [answer for request, answer in engine.requests if request.tables and answer]
            assert cuts, name
            assert all(answer for _, answer in engine.requests), name
            if address:
                assert_no_key_is_told(on_cluster, tmp_path / name)
    on_cluster.kill("connect")


class TestModels(SameDemonstration):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, cluster, tmp_path_factory):
        """Spark on the cluster, with a folder that its workers see."""
        with pytest.MonkeyPatch.context() as patch:
            point_at(cluster, patch)
            patch.setenv("PLUMBLINE_SPARK_FOLDER", str(tmp_path_factory.mktemp("between")))
            yield settings.SPARK

    def test_the_workers_built_the_models(self, cluster, demonstration):
        logs = [path.read_text("utf-8") for path in cluster.folder.parent.rglob("events_*")]
        (log,) = [text for text in logs if "fct_arr_by_partner_month" in text]
        assert all(f'"Executor ID":"{n}"' in log for n in range(2))
