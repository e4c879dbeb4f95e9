"""The record of erasures, beside the kept bytes: which digest replaced which, and why.

Belongs here: reading and adding to `raw/erasures.jsonl`, each line chained to the one before.
Does not: rewriting files (files.py), or judging whether decisions still hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

NAME = "erasures.jsonl"
START = "0" * 64


class LogBroken(ValueError):
    """The record of erasures has been changed; the message names the line."""


@dataclass(frozen=True)
class Erasures:
    """What was erased so far.

    `now`: digest as delivered, or after an earlier erasure -> the digest whose bytes are kept.
    `delivered`: the kept digest -> the delivered one, which identifies a delivery. `evidence`:
    digest of evidence as computed now -> as published. `lines` as read.
    """

    lines: tuple[Mapping[str, Any], ...] = ()
    head: str = START
    now: Mapping[str, str] = field(default_factory=dict)
    delivered: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)

    def kept(self, sha256: str) -> str:
        """The digest of the bytes that are kept for a delivery."""
        return self.now.get(sha256, sha256)

    def as_delivered(self, sha256: str) -> str:
        """The digest under which kept bytes were delivered."""
        return self.delivered.get(sha256, sha256)

    def head_at(self, count: int) -> str | None:
        """The head when there were `count` lines; None where there are fewer."""
        if count > len(self.lines):
            return None
        return self.lines[count]["previous"] if count < len(self.lines) else self.head

    def mark(self, source: str) -> str:
        """A mark for the erasures that a source's landed rows depend on; empty where nothing of it
        was erased."""
        files = [
            (one["file"], one["new"])
            for line in self.lines
            for one in line["files"]
            if one["file"].split("/")[0] == source
        ]
        text = json.dumps(files, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16] if files else ""


NOTHING = Erasures()


def read_log(store: Path) -> Erasures:
    """The erasures of a raw store. Raises LogBroken naming the first line that is not chained."""
    path = store / NAME
    try:
        status = path.stat()
    except FileNotFoundError:
        return NOTHING
    return _read(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=8)
def _read(path: Path, *_: int) -> Erasures:
    lines: list[Mapping[str, Any]] = []
    previous = START
    for number, text in enumerate(path.read_text("utf-8").split("\n")[:-1], start=1):
        try:
            line = json.loads(text)
            chained = line["previous"] == previous and canonical(line) == text
            whole = all({"file", "delivered", "old", "new"} <= one.keys() for one in line["files"])
            chained = chained and whole
        except (ValueError, KeyError, TypeError, AttributeError):
            chained = False
        if not chained:
            raise LogBroken(
                f"raw/{NAME} line {number}: it is not what was written; take it from a backup"
            )
        lines.append(line)
        previous = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return _of(tuple(lines), previous)


def _of(lines: tuple[Mapping[str, Any], ...], head: str) -> Erasures:
    now: dict[str, str] = {}
    delivered: dict[str, str] = {}
    evidence: dict[str, str] = {}
    for line in lines:
        for one in line["files"]:
            now |= {was: one["new"] for was, to in now.items() if to == one["old"]}
            now |= {one["old"]: one["new"], one["delivered"]: one["new"]}
            delivered |= {one["old"]: one["delivered"], one["new"]: one["delivered"]}
        evidence |= {new: published for published, new in line.get("evidence", ())}
    delivered = {new: was for new, was in delivered.items() if new != was}
    return Erasures(lines, head, now, delivered, evidence)


def canonical(line: Mapping[str, Any]) -> str:
    """A line in its one form."""
    return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def added(erasures: Erasures, line: Mapping[str, Any]) -> tuple[bytes, Erasures]:
    """The log's bytes with one more line, and the log as read then."""
    last = canonical({**line, "number": len(erasures.lines) + 1, "previous": erasures.head})
    lines = (*erasures.lines, json.loads(last))
    text = "".join(f"{canonical(one)}\n" for one in lines)
    return text.encode("utf-8"), _of(lines, hashlib.sha256(last.encode("utf-8")).hexdigest())
