"""Which files commands have exported, where, and by which command, so that an erasure reaches them.

Belongs here: the list beside the warehouse, and making an output again. Does not: writing it (the
commands), or who is erased (orchestration/erasing).
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filelock import FileLock

from ingest.atomic import write_file
from orchestration.settings import Locations

FILE = "given-out.jsonl"
START = "from orchestration.entry import main; main()"


@dataclass(frozen=True)
class ExportedFile:
    """A folder or file that a command exported, and the command that makes it again.

    `stale`: it names somebody who is being erased, and has not been made again yet.
    """

    place: str
    command: tuple[str, ...]
    stale: bool = False

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.place)


def note(places: Locations, place: Path, command: Sequence[str]) -> None:
    """Record what a command is about to export; without permission to write, nothing is
    recorded."""
    one = ExportedFile(str(place.resolve()), tuple(command))
    with contextlib.suppress(OSError):
        if one not in _read(_file(places)):
            _change(places, lambda rows: [*(r for r in rows if r.command != one.command), one])


def exported_files(places: Locations) -> list[ExportedFile]:
    """What was exported and still exists."""
    return [one for one in _read(_file(places)) if one.path.exists()]


def mark_stale(places: Locations, stale: Iterable[ExportedFile]) -> None:
    """Record what has to be made again."""
    commands = {one.command for one in stale}
    if commands:
        _change(
            places, lambda rows: [replace(r, stale=r.stale or r.command in commands) for r in rows]
        )


def make_again(places: Locations, one: ExportedFile) -> str:
    """Make an output again; returns what went wrong, empty if nothing did."""
    where = ["--landing", places.address or str(places.landing)]
    where += ["--warehouse", str(places.warehouse)]
    where += ["--policy", places.policy] if places.policy else []
    command = [sys.executable, "-c", START, *one.command, *where]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        _change(
            places,
            lambda rows: [replace(r, stale=r.stale and r.command != one.command) for r in rows],
        )
        return ""
    return (done.stderr or done.stdout).strip()


def _file(places: Locations) -> Path:
    return places.warehouse.with_name(FILE)


def _read(file: Path) -> list[ExportedFile]:
    if not file.exists():
        return []
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return [ExportedFile(row["place"], tuple(row["command"]), row["stale"]) for row in rows]


def _change(places: Locations, change: Callable[[list[ExportedFile]], list[ExportedFile]]) -> None:
    file = _file(places)
    with FileLock(str(file.with_name(f".{FILE}.lock"))):
        rows = change(_read(file))
        write_file(file, "".join(f"{json.dumps(asdict(row))}\n" for row in rows).encode())
