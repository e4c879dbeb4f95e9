"""The list of what was sent where: one line of JSON per item; lines are only ever added.

Belongs here: reading and adding. Does not: sending. No address is written, only its digest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ingest.whole import sync_folder

NAME = "notified.jsonl"


class SentList:
    """`notified.jsonl` beside the warehouse, locked by one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else sends meanwhile, so that nothing is sent twice."""
        with FileLock(str(self.path) + ".lock"):
            yield

    def of(self, destination: str) -> set[str]:
        """The keys sent to a destination; a line that was cut off while writing is ignored."""
        if not self.path.exists():
            return set()
        keys = set()
        for line in self.path.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if row.get("destination") == destination:
                keys.add(row.get("key"))
        return keys

    def add(self, destination: str, keys: Iterable[str], as_of: str) -> None:
        """Note that `keys` were sent; on the disk before this returns."""
        rows = ({"destination": destination, "key": key, "as_of": as_of} for key in keys)
        text = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows)
        new = not self.path.exists()
        whole = new or self.path.read_bytes()[-1:] in (b"", b"\n")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text if whole else "\n" + text)
            file.flush()
            os.fsync(file.fileno())
        if new:
            sync_folder(self.path.parent)
