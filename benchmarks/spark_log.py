"""What executors of Spark did, from the event log of an application.

Belongs here: tasks, their time and the shuffle's bytes, per executor. Does not: running anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Worked:
    """One executor: tasks, seconds of a processor in their threads, bytes put into the shuffle."""

    tasks: int = 0
    processor: float = 0.0
    written: int = 0


def worked(events: Path) -> list[Worked]:
    """Each executor of every application whose log lies below the folder, by its name."""
    executors: dict[tuple[str, str], Worked] = {}
    for log in sorted(events.rglob("events_*")):
        for task in _tasks(log):
            one = executors.setdefault((log.name, task["Task Info"]["Executor ID"]), Worked())
            metrics = task["Task Metrics"]
            one.tasks += 1
            one.processor += metrics["Executor CPU Time"] / 1e9
            one.written += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return [executors[name] for name in sorted(executors)]


def _tasks(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                yield event
