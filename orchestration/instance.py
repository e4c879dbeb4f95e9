"""Dagster's own storage for one program: its settings, and how durably it is written.

Belongs here: the instance's home. Does not: runs, or anything in the warehouse.
"""

from __future__ import annotations

import json
import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.shortcuts import Shortcut, is_off
from orchestration import settings
from orchestration.warehouse import WarehouseBusy

if TYPE_CHECKING:
    from dagster import DagsterInstance

# A tag that runs of a command in its own process carry, with their own id. A run of the UI has no
# such tag or, if it repeats a command's run, the tag of that run.
COMMAND_TAG = "plumbline/command"
# What `plumbline ui` loads (ui/serving.py); Dagster names the place by the module.
MODULE = "orchestration.definitions"
# The beginning of the part of dagster.yaml that names our own history; without it, Dagster's is
# used.
HISTORY = "event_log_storage:"
DAGSTER_YAML = settings.package_folder("orchestration") / "dagster.yaml"


def prepare_instance(places: settings.Locations) -> Path:
    """Dagster's home for this program, set up: telemetry off, one run at a time."""
    home = places.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    # JSON's quoting is valid YAML, whatever the folder is called.
    history = json.dumps(str(home / "history" / "runs"))
    wanted = DAGSTER_YAML.read_text("utf-8").replace('"{history}"', history)
    if is_off(Shortcut.HISTORY):
        wanted = wanted.partition(HISTORY)[0]
    config = home / "dagster.yaml"
    if not config.exists() or config.read_text("utf-8") != wanted:
        config.write_text(wanted, "utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def end_dead_runs(instance: DagsterInstance) -> None:
    """Close the runs that killed commands left in Dagster's storage, so that the next run does not
    wait for the slot of a process that is gone.

    The caller holds the writer's lock: no other command's run is alive. Raises WarehouseBusy when
    a run of the UI holds the warehouse.
    """
    import dagster as dg

    open_ones = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    left = dg.RunsFilter(statuses=open_ones)
    for run in instance.get_runs(filters=left):
        if run.tags.get(COMMAND_TAG) == run.run_id:
            instance.report_run_failed(
                run, "The command was ended from outside before it was done."
            )
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


def runs_belong_to_the_ui(instance: DagsterInstance, job: str) -> None:
    """Show the runs that this process makes of `job` where the UI's own are shown: in the timeline
    and in the job's history, from where they can be launched again.

    Dagster shows a run there by the code location that it was launched from, which a run in the
    caller's own process does not have.
    """
    from orchestration.dagster_internals.origins import job_of_module

    # The one call that makes a run; no public function passes an origin to it.
    instance.create_run_for_job = partial(  # type: ignore[method-assign]
        instance.create_run_for_job, remote_job_origin=job_of_module(MODULE, job)
    )


def quick_history() -> None:
    """Let this process write Dagster's run history without waiting for the disk at each event.

    Dagster commits every event separately, which took a third of a run. The history is a
    convenience of the UI; what counts, warehouse and ledger, is always flushed. A killed process
    loses only what its step had just yielded (speed/history.py); a power cut could lose more.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if is_off(Shortcut.DISK):
        return
    if not event.contains(Engine, "connect", _without_waiting):
        event.listen(Engine, "connect", _without_waiting)


def _without_waiting(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
