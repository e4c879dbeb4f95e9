"""The list of what was sent where: one line of JSON per item; lines are only ever added.

Belongs here: reading and adding. Does not: sending. No address is written, only its digest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ingest.atomic import sync_folder

NAME = "notified.jsonl"


class SentList:
    """`notified.jsonl` beside the warehouse, locked by one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, so that nobody else sends meanwhile and nothing is sent twice."""
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
        """Record that `keys` were sent; the record is on disk before this returns."""
        with self.noting(destination, keys, as_of) as taken:
            taken()

    @contextmanager
    def noting(
        self, destination: str, keys: Iterable[str], as_of: str
    ) -> Iterator[Callable[[], None]]:
        """Write lines for `keys` that are about to be sent; yields a function that makes them
        count.

        The lines are on disk before anything is sent, so that a full disk is an error (OSError)
        before the first message instead of after each of many that could not be recorded. Until
        they count, they lack their first character, and readers ignore them.
        """
        rows = ({"destination": destination, "key": key, "as_of": as_of} for key in keys)
        lines = [json.dumps(row, sort_keys=True).encode() + b"\n" for row in rows]
        new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        before, counts = os.fstat(file).st_size, False
        # A line that was cut off while it was written ends where these begin.
        begin = b"\n" if before and os.pread(file, 1, before - 1) != b"\n" else b""

        def taken() -> None:
            nonlocal counts
            self._write(file, begin + b"".join(lines), before)
            counts = True

        try:
            self._write(file, begin + b"".join(b" " + line[1:] for line in lines), before)
            if new:
                sync_folder(self.path.parent)
            yield taken
        finally:
            if not counts:
                os.truncate(file, before)
            os.close(file)

    def _write(self, file: int, data: bytes, at: int) -> None:
        """Write all of it; it is on disk before this returns."""
        try:
            while data:
                count = os.pwrite(file, data, at)
                data, at = data[count:], at + count
            os.fsync(file)
        except OSError as error:
            raise OSError(error.errno, os.strerror(error.errno or 0), str(self.path)) from error
