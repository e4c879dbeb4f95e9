"""Receipts of what was written back: one line of JSON each; lines are only ever added.

Belongs here: what was sent and what became of it, even when the process is killed midway. Does not:
writing to a CRM. No credential and no address is written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

FOLDER = "write-back"
SENT, WRITTEN, FAILED, DIFFERS, TAKEN_UP = "sent", "written", "failed", "differs", "taken up"
DONE = (WRITTEN, TAKEN_UP)
Place = tuple[str, str]
"""(object, key) of a record."""


class WriteBackBusy(RuntimeError):
    """Another process writes to this CRM now."""


@dataclass(frozen=True)
class Receipt:
    """What became of one record. `sent` alone means that the outcome is not known yet."""

    object: str
    key: str
    state: str
    publication: str
    id: str | None = None
    created: bool | None = None
    error: str | None = None

    @property
    def place(self) -> Place:
        """Which record the receipt is for."""
        return self.object, self.key


class Journal:
    """`write-back/NAME.jsonl` beside the warehouse."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / FOLDER / f"{name}.jsonl"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, so that nobody else writes to this CRM; WriteBackBusy at once if somebody
        does."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(f"{self.path}.lock", timeout=0):
                yield
        except Timeout:
            message = f"another `plumbline write-back` holds {self.path.name}; wait until it ends"
            raise WriteBackBusy(message) from None

    def last(self) -> dict[Place, Receipt]:
        """The last receipt of each record; a line that was cut off while writing is ignored."""
        if not self.path.exists():
            return {}
        receipts = {}
        for line in self.path.read_text("utf-8", "replace").splitlines():
            try:
                row = json.loads(line)
                names = Receipt.__dataclass_fields__
                receipt = Receipt(**{n: row.get(n) for n in names})
            except (ValueError, TypeError, AttributeError):
                continue
            receipts[receipt.place] = receipt
        return receipts

    def add(self, receipts: Iterable[Receipt], values: Mapping[Place, Any] | None = None) -> None:
        """Record these; they are on disk before this returns. `values`: what was sent."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines = []
        for receipt in receipts:
            row = {**vars(receipt), "at": at}
            if values is not None:
                row["values"] = values[receipt.place]
            lines.append(json.dumps(row, sort_keys=True, ensure_ascii=False) + "\n")
        text = "".join(lines)
        if not text:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole = not self.path.exists() or self.path.read_bytes()[-1:] in (b"", b"\n")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text if whole else "\n" + text)
            file.flush()
            os.fsync(file.fileno())
