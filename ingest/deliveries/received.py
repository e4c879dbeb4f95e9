"""When the files of a landing zone were received: by `_received.csv`, else by their own times.

Belongs here: reading that list and what is wrong with it. Does not: the files (discover.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from ingest.sources.following import noted_objects

RECEIVED_FILE = "_received.csv"


def received_list(landing: Path) -> tuple[dict[str, datetime], list[str]]:
    """`_received.csv` as file -> received_at (UTC without a zone), and what is wrong with it.

    A line that can't be read is left out (its file then has its modification time) and named.
    """
    path = landing / RECEIVED_FILE
    if not path.is_file() or path.is_symlink():
        return {}, []
    moments: dict[str, datetime] = {}
    faults = []
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
        header = [name.strip().lower() for name in rows[0]] if rows else []
        file_at, moment_at = header.index("file"), header.index("received_at")
    except (ValueError, csv.Error) as error:
        return {}, [f"{RECEIVED_FILE}: {error}; it needs the columns file, received_at in utf-8"]
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        try:
            name, moment = row[file_at].strip().removeprefix("./"), parse_moment(row[moment_at])
            if name in moments:
                message = f"{name:.200} is listed before; keep one line of it"
                faults.append(f"{RECEIVED_FILE} row {number}: {message}")
            moments[name] = moment
        except (ValueError, IndexError, OverflowError):
            faults.append(f"{RECEIVED_FILE} row {number}: {row!r:.200} is not a file with a moment")
    return moments, faults


def received_at(landing: Path, file: str) -> datetime:
    """When a file of the landing zone was received: by the list, else by its modification time."""
    if listed := received_list(landing)[0].get(file):
        return listed
    written = {one.key: one.modified for one in noted_objects(landing)}.get(file)
    return written or modified((landing / file).lstat().st_mtime)


def modified(seconds: float) -> datetime:
    """A file's time as UTC without a zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment as UTC without a zone; without an offset it is UTC already."""
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def absent(landing: Path, listed: Iterable[str], known: Collection[str]) -> list[str]:
    """The faults of a list of receipts that names files which neither exist nor are known."""
    names = [name for name in listed if name not in known and not (landing / name).is_file()]
    first = ", ".join(f"{name:.200}" for name in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return [f"{RECEIVED_FILE} names files that are not there: {first}{more}"] if names else []
