"""Dagster's own storage for one program: its settings, and how surely it is written.

Belongs here: the instance's home. Does not: runs, or anything of the warehouse.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from orchestration import settings

DAGSTER_YAML = settings.PROJECT / "orchestration" / "dagster.yaml"


def prepare_instance(places: settings.Locations) -> Path:
    """Dagster's home for this program, set up: telemetry off, one run at a time."""
    home = places.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    wanted = DAGSTER_YAML.read_text("utf-8")
    config = home / "dagster.yaml"
    if not config.exists() or config.read_text("utf-8") != wanted:
        config.write_text(wanted, "utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def quick_history() -> None:
    """Let this process write Dagster's run history without waiting for the disk at each event.

    Dagster commits every event by itself, which made a third of a run. The history is a
    convenience of the UI; what counts, warehouse and ledger, is written with full care. A killed
    process loses nothing of it, only a power cut could.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if not event.contains(Engine, "connect", _without_waiting):
        event.listen(Engine, "connect", _without_waiting)


def _without_waiting(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
