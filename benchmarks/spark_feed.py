"""The usage feed landed with a cluster of Spark summing it, beside DuckDB on the same machine.

Belongs here: the landings, the cluster of each, what its driver and workers took. Does not:
measuring (measure.py), the feed (usage_data.py), the cluster (tests/spark/cluster.py).

    python -m benchmarks.spark_feed [EVENTS] [ROUNDS] [NAME...]

NAME is one of WORKERS below; all of them unless some are named. Needs Java and `make spark`. A
worker has one processor; workers, master and the bucket's server run before a landing begins and
are not in its figures, but the session's start is.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.bucket_feed import HOME, landed, stored_feed
from benchmarks.measure import Contender, alternate, python
from benchmarks.results import case, keep
from benchmarks.spark_log import worked

WORKERS = {
    "duckdb": 0,
    "one": 1,
    "two": 2,
    "duckdb-bucket": 0,
    "two-bucket": 2,
}
NAMES = {
    "duckdb": "DuckDB, from a folder",
    "one": "Spark, one worker, from a folder",
    "two": "Spark, two workers, from a folder",
    "duckdb-bucket": "DuckDB, from a bucket",
    "two-bucket": "Spark, two workers, from a bucket",
}
# The settings of an ordinary cluster, where the tests use small parts; two parts of a shuffle per
# processor.
ORDINARY = """\
spark.sql.files.maxPartitionBytes 32m
spark.sql.files.openCostInBytes 4m
spark.sql.shuffle.partitions 4
spark.eventLog.enabled true
spark.eventLog.compress false
spark.eventLog.dir file://{events}
"""
LOOK_EVERY_SECONDS = 0.2
DRIVER = "driver.json"


@dataclass
class Driver:
    """The most memory of the driver's processes, MiB: the command (with DuckDB in it), Spark's
    Python, its Java; and what the Java took of a processor, s."""

    command: float = 0.0
    python: float = 0.0
    java: float = 0.0
    java_seconds: float = 0.0


def run(events: int, rounds: int, names: Sequence[str]) -> None:
    """Compare on `events` calls and keep the results, in ratio to the first contender's. Raises
    when the sums differ."""
    taken: dict[str, str] = {}
    with stored_feed(events, names) as work:
        contenders = {name: _contender(work, name) for name in names}
        for _ in range(rounds):
            for name, contender in contenders.items():
                with _cluster(work, name) as workers:
                    alternate([contender], 1)
                    taken[name] = _taken(work, name, workers)
    measured = list(contenders.values())
    sums = {line for contender in measured for line in contender.last_lines}
    if len(sums) != 1:
        raise RuntimeError(f"the sums differ: {sums}")
    note = "All gave the same sums. " + " ".join(filter(None, taken.values()))
    some = "" if tuple(names) == tuple(NAMES) else f" {' '.join(names)}"
    command = f"python -m benchmarks.spark_feed {events} {rounds}{some}"
    label = f"{events:,} events"
    keep("spark_feed", case(label, events, measured, measured[0], command, note))


def _contender(work: Path, name: str) -> Contender:
    command = [python(), "-m", "benchmarks.spark_feed", name, str(work)]
    return Contender(NAMES[name], command, lambda: shutil.rmtree(work / HOME, ignore_errors=True))


@contextmanager
def _cluster(work: Path, name: str) -> Iterator[dict[int, float]]:
    """A cluster that a driver started inside the context finds; yields the processor seconds so far
    of each worker, by its process, including all that it started."""
    if not WORKERS[name]:
        yield {}
        return
    from orchestration.engines.spark import spark_python
    from tests.spark.cluster import standalone

    events, folder = work / f"{name}-events", work / f"{name}-cluster"
    for old in (events, folder):
        shutil.rmtree(old, ignore_errors=True)
    events.mkdir()
    defaults = ORDINARY.format(events=events)
    with standalone(folder, WORKERS[name], defaults=defaults) as cluster:
        os.environ |= {
            "PLUMBLINE_SPARK_MASTER": cluster.master,
            "PLUMBLINE_SPARK_FEED_BYTES": "1",
            "SPARK_CONF_DIR": str(cluster.conf),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": str(spark_python()),
        }
        workers = [one.pid for key, one in cluster.processes.items() if key.startswith("worker")]
        seconds, over = dict.fromkeys(workers, 0.0), threading.Event()
        watch = threading.Thread(target=_watch_workers, args=(seconds, over))
        watch.start()
        try:
            yield seconds
        finally:
            over.set()
            watch.join()


def _taken(work: Path, name: str, workers: dict[int, float]) -> str:
    """What driver and workers of a landing took, in a sentence; empty for DuckDB's."""
    if not WORKERS[name]:
        return ""
    driver = Driver(**json.loads((work / DRIVER).read_text("utf-8")))
    each = worked(work / f"{name}-events")
    tasks = " and ".join(f"{one.tasks}" for one in each)
    inside = " and ".join(f"{one.processor:.1f}" for one in each)
    whole = " and ".join(f"{seconds:.0f}" for seconds in workers.values())
    written = sum(one.written for one in each)
    return (
        f"{NAMES[name]}: {tasks} tasks, {inside} s of a processor in their Java threads and"
        f" {whole} s in all processes of a worker; {written / 1e6:.1f} MB put into the shuffle;"
        f" the driver's Java took {driver.java_seconds:.0f} s of a processor and at most"
        f" {driver.java:.0f} MiB, its Python {driver.python:.0f} MiB, the command itself"
        f" {driver.command:.0f} MiB."
    )


def land(work: Path, name: str) -> str:
    """Land the zone into a warehouse of its own; a digest of what its calls sum to."""
    from orchestration.engines.spark_feed import feed_summed_by
    from orchestration.settings import SPARK

    place = "bucket" if name.endswith("bucket") else "folder"
    # Beside the warehouse's folder, which the landing makes.
    engine = feed_summed_by(SPARK, work / "spark" / name) if WORKERS[name] else nullcontext()
    driver, over = Driver(), threading.Event()
    watch = threading.Thread(target=_watch, args=(driver, over))
    watch.start()
    try:
        with engine:
            digest = landed(work, place)
    finally:
        over.set()
        watch.join()
    (work / DRIVER).write_text(json.dumps(asdict(driver)), "utf-8")
    return digest


def _watch(driver: Driver, over: threading.Event) -> None:
    """Look at this process and those that it started until it is over."""
    while not over.wait(LOOK_EVERY_SECONDS):
        driver.command = max(driver.command, _peak(os.getpid()))
        for spark in _children(os.getpid()):
            driver.python = max(driver.python, _peak(spark))
            for java in _children(spark):
                driver.java = max(driver.java, _peak(java))
                driver.java_seconds = max(driver.java_seconds, _stat(java)[1])


def _children(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text("utf-8").split()]
    except OSError:
        return []  # Ended meanwhile.


def _peak(pid: int) -> float:
    """The most resident memory of a process so far, MiB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    lines = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0]) / 1024 if lines else 0.0


def _watch_workers(seconds: dict[int, float], over: threading.Event) -> None:
    """Keep up what the processes of each worker's session take until it is over."""
    each: dict[int, tuple[int, float]] = {}
    while not over.wait(LOOK_EVERY_SECONDS):
        for process in Path("/proc").glob("[0-9]*"):
            session, taken = _stat(int(process.name))
            if session in seconds:
                each[int(process.name)] = session, taken
        for worker in seconds:
            seconds[worker] = sum(taken for session, taken in each.values() if session == worker)


def _stat(pid: int) -> tuple[int, float]:
    """The session of a process, and what it took of a processor, s."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0, 0.0
    return int(fields[3]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in NAMES:
        print(land(Path(sys.argv[2]), sys.argv[1]))
    else:
        events, rounds, *some = [*sys.argv[1:], *("10_000_000", "2")[len(sys.argv[1:]) :]]
        run(int(events), int(rounds), some or tuple(NAMES))
