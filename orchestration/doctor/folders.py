"""Tries the places of a program: landing zone, warehouse, site, ledger, disk and file modes.

Belongs here: folders and files on this machine, and a landing zone in an object store. Does not:
anything else that is remote (reached.py).
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from orchestration.doctor.finding import Finding, State
from orchestration.settings import Locations

# A run writes the warehouse, its copy for readers and the raw store in the same folder.
COPIES_OF_WAREHOUSE = 3
LEAST_FREE = 1024**3
# Where a cloud machine gets its keys.
OF_THE_CLOUD = "169.254.169.254"


def landing(places: Locations) -> Iterator[Finding]:
    """The landing zone: whether it exists and every file can be read; an object store is listed."""
    if places.address:
        yield _store("landing zone", places.address)
        return
    what, folder = "landing zone", places.landing
    if not folder.is_dir():
        mend = "make it, name another with --landing, or try `plumbline demo`"
        yield Finding(what, str(folder), State.MISSING, "there is no such folder", mend)
        return
    unread = [str(path) for path in _files(folder) if not os.access(path, os.R_OK)]
    if unread:
        answer = f"{len(unread)} files cannot be read, {unread[0]} first"
        yield Finding(what, str(folder), State.FORBIDDEN, answer, f"chmod u+r {unread[0]}")
    else:
        count = sum(1 for _ in _files(folder))
        yield Finding(what, str(folder), State.RIGHT, f"{count} files, all readable")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _store(what: str, address: str) -> Finding:
    from ingest.sources.objects import StoreError, listing, open_store

    try:
        count = len(listing(address, open_store(address)))
    except StoreError as error:
        message = str(error)
        state, mend = _of_store(message.lower())
        return Finding(what, address, state, message, mend)
    return Finding(what, address, State.RIGHT, f"{count} objects listed")


def _of_store(message: str) -> tuple[State, str]:
    """What a store's error means and what to do: stores differ in their words, but hardly in their
    codes."""
    if OF_THE_CLOUD in message:
        # Without keys the client asks the cloud machine that it might be running on.
        return State.MISSING, "set the store's keys (AWS_ACCESS_KEY_ID and so on)"
    if any(word in message for word in ("denied", "forbidden", "403", "401")):
        return State.FORBIDDEN, "check the store's keys (AWS_ACCESS_KEY_ID and so on), and rights"
    if any(word in message for word in ("404", "nosuchbucket", "containernotfound")):
        return State.MISSING, "make the bucket, or correct its name"
    mend = "check the store's address (AWS_ENDPOINT_URL and so on), and whether it is up"
    return State.WRONG, mend


def warehouse(places: Locations) -> Iterator[Finding]:
    """The DuckDB file: one that can be opened, or a folder in which it can be created."""
    what, file = "warehouse", places.warehouse
    if not file.exists():
        yield _writable(what, file.parent, "no run has made it yet; the folder can be written")
        return
    yield _opened(what, file)
    yield _writable("warehouse's folder", file.parent, "can be written")


def _opened(what: str, file: Path) -> Finding:
    import duckdb

    if not os.access(file, os.R_OK | os.W_OK):
        mend = f"chmod u+rw {file}, or run as its owner"
        return Finding(what, str(file), State.FORBIDDEN, "it cannot be opened", mend)
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            row = con.execute("select count(*) from duckdb_tables()").fetchone()
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            return Finding(what, str(file), State.RIGHT, "another process is writing it now")
        return _no_warehouse(what, file)
    except duckdb.Error:
        return _no_warehouse(what, file)
    return Finding(what, str(file), State.RIGHT, f"{row[0] if row else 0} tables")


def _no_warehouse(what: str, file: Path) -> Finding:
    mend = "move it away and run `plumbline run` again, or name another with --warehouse"
    return Finding(what, str(file), State.WRONG, "it is not a DuckDB file of this version", mend)


def written(places: Locations) -> Iterator[Finding]:
    """Folders that a run or a publication writes: site, ledger, raw store."""
    if places.site_address:
        yield _store("site", places.site_address)
    else:
        yield _writable("site", places.site, "can be written")
    for what, folder in (("ledger", places.ledger), ("raw store", places.store)):
        if folder.exists():
            yield _writable(what, folder, "can be written")
    for what, address in (("ledger", places.ledger_address), ("raw store", places.raw_address)):
        if address:
            yield _store(what, address)


def _writable(what: str, folder: Path, answer: str) -> Finding:
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir():
        mend = f"move {nearest} away, or name another place"
        return Finding(what, str(folder), State.WRONG, f"{nearest} is a file", mend)
    if not os.access(nearest, os.W_OK | os.X_OK):
        mend = f"chmod u+wx {nearest}, or run as its owner"
        return Finding(what, str(folder), State.FORBIDDEN, f"{nearest} cannot be written", mend)
    return Finding(what, str(folder), State.RIGHT, answer)


def disk(places: Locations) -> Iterator[Finding]:
    """Room for another copy of what a run writes, on the disk of the warehouse."""
    folder = places.warehouse.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    size = places.warehouse.stat().st_size if places.warehouse.exists() else 0
    wanted = max(LEAST_FREE, COPIES_OF_WAREHOUSE * size)
    answer = f"{_gigabytes(free)} free, {_gigabytes(wanted)} wanted"
    if free < wanted:
        mend = "free some, or put the warehouse elsewhere with --warehouse"
        yield Finding("disk", str(folder), State.MISSING, answer, mend)
    else:
        yield Finding("disk", str(folder), State.RIGHT, answer)


def _gigabytes(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"


def modes(places: Locations, home: Path) -> Iterator[Finding]:
    """Nobody but the owner and its group may change what decisions depend on."""
    what = "file modes"
    paths = [
        path
        for path in (
            home,
            home / "plumbline.yaml",
            places.landing,
            places.warehouse,
            places.ledger,
            places.store,
        )
        if path.exists()
    ]
    anyones = [path for path in paths if _anyone_writes(path)]
    for path in anyones:
        mend = f"chmod o-w {path}"
        yield Finding(what, str(path), State.WRONG, "anybody on this machine may change it", mend)
    if not anyones:
        yield Finding(what, str(home), State.RIGHT, "nobody else may change what decisions rest on")


def _anyone_writes(path: Path) -> bool:
    mode = path.stat().st_mode
    # In a folder with the sticky bit nobody can remove or rename other people's files.
    return os.name == "posix" and bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX
