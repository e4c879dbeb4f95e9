"""Dagster's own storage for one program: its settings, and how surely it is written.

Belongs here: the instance's home. Does not: runs, or anything of the warehouse.
"""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import settings
from orchestration.speed import is_plain
from orchestration.warehouse import WarehouseBusy

if TYPE_CHECKING:
    from dagster import DagsterInstance

# Runs that a command makes in its own process carry it; those of the UI do not.
COMMAND_TAG = "plumbline/command"
# Where dagster.yaml begins to name a history of our own; without it, it is Dagster's.
HISTORY = "event_log_storage:"
DAGSTER_YAML = settings.package_folder("orchestration") / "dagster.yaml"


def prepare_instance(places: settings.Locations) -> Path:
    """Dagster's home for this program, set up: telemetry off, one run at a time."""
    home = places.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    # JSON's quoting is YAML's, whatever the folder is called.
    history = json.dumps(str(home / "history" / "runs"))
    wanted = DAGSTER_YAML.read_text("utf-8").replace('"{history}"', history)
    if is_plain():
        wanted = wanted.partition(HISTORY)[0]
    config = home / "dagster.yaml"
    if not config.exists() or config.read_text("utf-8") != wanted:
        config.write_text(wanted, "utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def end_dead_runs(instance: DagsterInstance) -> None:
    """Close what killed commands left in Dagster's storage, so that the next run is not kept
    waiting for the slot of a process that is gone.

    The caller holds the writer's lock: no other command's run is alive. Raises WarehouseBusy when
    a run of the UI holds the warehouse.
    """
    import dagster as dg

    open_ones = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    left = dg.RunsFilter(statuses=open_ones, tags={COMMAND_TAG: "true"})
    for run in instance.get_runs(filters=left):
        instance.report_run_failed(run, "The command was ended from outside before it was done.")
    storage = instance.event_log_storage
    held = set(storage.get_concurrency_run_ids())
    for pool in storage.get_concurrency_keys():
        held |= {slot.run_id for slot in storage.get_concurrency_info(pool).claimed_slots}
    for run_id in sorted(held):
        holder = instance.get_run_by_id(run_id)
        if holder is not None and not holder.is_finished:
            raise WarehouseBusy(
                f"run {run_id[:8]} of Dagster's UI holds the warehouse; wait until it ends, or "
                "end it there if its process is gone"
            )
        storage.free_concurrency_slots_for_run(run_id)


def quick_history() -> None:
    """Let this process write Dagster's run history without waiting for the disk at each event.

    Dagster commits every event by itself, which made a third of a run. The history is a
    convenience of the UI; what counts, warehouse and ledger, is written with full care. A killed
    process loses nothing of it, only a power cut could.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if is_plain():
        return
    if not event.contains(Engine, "connect", _without_waiting):
        event.listen(Engine, "connect", _without_waiting)


def _without_waiting(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
