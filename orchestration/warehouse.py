"""The one DuckDB file: who may write it, how it is opened, the copy that readers use.

Belongs here: connections, the writer's lock, the serving copy.
Does not: tables and what they mean.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingest.shortcuts import Shortcut, is_off
from orchestration.home import store_address
from orchestration.settings import MEMORY_VARIABLE, VARIABLES, Locations, memory

# How long a second writer waits before the message that names the process in the way.
WRITER_PATIENCE_SECONDS = 5.0


class WarehouseBusy(RuntimeError):
    """Another process writes this warehouse; the message names it."""


class WarehouseMissing(RuntimeError):
    """There is no warehouse at the given place yet."""


class NotAWarehouse(RuntimeError):
    """The file at the given place holds something else."""


def missing(places: Locations) -> WarehouseMissing:
    """The error that says where a warehouse was looked for."""
    return WarehouseMissing(
        f"there is no warehouse at {places.warehouse}; "
        "run `plumbline run --year ...` first or name one with --warehouse"
    )


@contextlib.contextmanager
def write_lock(places: Locations, purpose: str) -> Iterator[None]:
    """Hold the writer's lock of a warehouse, or raise WarehouseBusy naming who has it.

    DuckDB lets one process write; without the lock the second would get a bare I/O error.
    The operating system drops the lock with the process, so a killed run never blocks the next.
    """
    # Most commands only read.
    from filelock import FileLock, Timeout

    places.warehouse.parent.mkdir(parents=True, exist_ok=True)
    holder = places.lock.with_name(places.lock.name + ".holder")
    try:
        with FileLock(str(places.lock)).acquire(timeout=WRITER_PATIENCE_SECONDS):
            holder.write_text(f"{purpose} (process {os.getpid()})", "utf-8")
            yield
    except Timeout:
        who = holder.read_text("utf-8") if holder.exists() else "another process"
        raise WarehouseBusy(
            f"{places.warehouse} is being written by {who}; wait until it ends and try again"
        ) from None


@contextlib.contextmanager
def connect(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-write connection that is closed whatever happens; the zone is always UTC."""
    with _opened(path, read_only=False) as con:
        yield con


def let_read_places(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read the usage feed in its store, if the landing zone is in one.

    Without this DuckDB would look for an extension of its own that reads s3://.
    """
    if store_address(os.environ.get(VARIABLES["landing"], "")):
        from ingest.sources.in_place import attach

        attach(con)


# The file that this process opens again and again, and the connection that keeps its catalog in
# memory.
_staying: dict[Path, duckdb.DuckDBPyConnection | None] = {}


@contextlib.contextmanager
def staying_open(path: Path) -> Iterator[None]:
    """Read the catalog of a warehouse once instead of at every `connect` in between.

    To be used with the writer's lock held.
    """
    if is_off(Shortcut.CATALOG):
        yield
        return
    _staying[path] = None
    try:
        yield
    finally:
        let_go(path)
        del _staying[path]


def let_go(path: Path) -> None:
    """Close the connection that `staying_open` keeps, because dbt attaches the file by itself. No
    other connection may be in use. The next `connect` opens the file again."""
    held = _staying.get(path)
    if held is not None:
        held.close()
        _staying[path] = None


@contextlib.contextmanager
def _opened(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    if read_only:
        let_go(path)
    stays = path in _staying and not read_only
    try:
        if not stays:
            con = duckdb.connect(str(path), read_only=read_only)
        else:
            # A cursor ends with the connection that it was made from, so the connection is kept.
            staying = _staying[path] or duckdb.connect(str(path))
            _staying[path] = staying
            con = staying.cursor()
    except duckdb.IOException as error:
        if "not a valid DuckDB" in str(error):
            raise NotAWarehouse(
                f"{path} is not a DuckDB file; name the warehouse with --warehouse, or move the "
                "file away and run again"
            ) from None
        if "lock" not in str(error).lower():
            raise
        reason = str(error).splitlines()[0]
        raise WarehouseBusy(
            f"{path} is in use; wait until it ends and try again ({reason})"
        ) from None
    try:
        con.execute("set timezone = 'UTC'")
        _limit(con)
        yield con
    finally:
        con.close()


def _limit(con: duckdb.DuckDBPyConnection) -> None:
    """All connections of a process share one limit; a bad one is reported with its remedy."""
    try:
        con.execute("set memory_limit = '{}'".format(memory().replace("'", "''")))
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ValueError(
            f"{MEMORY_VARIABLE}={memory()!r} is not an amount of memory ({reason}); "
            "write 2GB or 50%"
        ) from None


@contextlib.contextmanager
def read(places: Locations) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the serving copy, else to the warehouse itself."""
    path = places.serving if places.serving.exists() else places.warehouse
    if not path.exists():
        raise missing(places)
    with look(path) as con:
        yield con


@contextlib.contextmanager
def look(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to an existing file; WarehouseBusy where another process writes it."""
    with _opened(path, read_only=True) as con:
        yield con


def publish_serving_copy(places: Locations) -> int:
    """Checkpoint, copy, rename; returns the copy's size in bytes.

    Without the checkpoint the rows still in the write-ahead log would be missing from the copy.
    The rename is atomic, so a reader has the old copy or the new one, never half of one.
    """
    with connect(places.warehouse) as con:
        con.execute("force checkpoint")
    # A process that closes a file gives up its lock on it, even if it has the file open elsewhere.
    let_go(places.warehouse)
    fresh = places.serving.with_name(places.serving.name + ".new")
    shutil.copyfile(places.warehouse, fresh)
    fresh.replace(places.serving)
    return places.serving.stat().st_size


def close_dbt_connections() -> None:
    """Release the file that dbt's adapter keeps attached after a run in this process."""
    connections = sys.modules.get("dbt.adapters.duckdb.connections")
    if connections is not None:
        connections.DuckDBConnectionManager.close_all_connections()
