"""What an event log of Spark says of its executors."""

import json

from benchmarks.spark_log import Worked, worked


def ended(executor, processor, written):
    """A task's end as Spark writes it, as far as it is read."""
    return {
        "Event": "SparkListenerTaskEnd",
        "Task Info": {"Executor ID": executor},
        "Task Metrics": {
            "Executor CPU Time": processor * 1_000_000_000,
            "Shuffle Write Metrics": {"Shuffle Bytes Written": written},
        },
    }


def test_tasks_are_summed_by_executor(tmp_path):
    lost = {"Event": "SparkListenerTaskEnd", "Task Info": {"Executor ID": "1"}}
    events = [
        {"Event": "SparkListenerApplicationStart"},
        ended("1", 2, 10),
        ended("0", 3, 20),
        ended("1", 4, 30),
        lost,
    ]
    log = tmp_path / "eventlog_v2_app-1" / "events_1_app-1"
    log.parent.mkdir()
    log.write_text("\n".join(map(json.dumps, events)), "utf-8")
    assert worked(tmp_path) == [Worked(1, 3.0, 20), Worked(2, 6.0, 40)]
