"""What was fetched from a source, and files that appear in the landing zone whole or not at all.

Belongs here: what every kind of source shares. Does not: any single kind.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

UNSAFE = re.compile(r"[^\w.()+@ -]")


class SourceError(RuntimeError):
    """A source that can't be used or reached; the message names it, the cause and the remedy."""


class Refused(SourceError):
    """The place exists, but does not let us in."""


class Missing(SourceError):
    """We are let in, but something that is asked for does not exist, or is not visible to us."""


@dataclass(frozen=True)
class Fetched:
    """One thing that a source had: `file` below the landing zone, None where nothing was written;
    `rows` where they were counted; `note` what a person should know; `fault` what went wrong."""

    what: str
    file: str | None = None
    size: int = 0
    rows: int | None = None
    note: str | None = None
    fault: str | None = None


def safe_name(text: str) -> str:
    """A safe file name from one that somebody else chose: no folder, not hidden, at most 150
    characters."""
    name = UNSAFE.sub("_", text.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:140]}{dot}{ending[:9]}" if dot else name[:150] or "unnamed"


def digest(content: bytes) -> str:
    """sha256 of bytes, by which the same content is recognised."""
    return hashlib.sha256(content).hexdigest()


def place(landing: Path, into: str, name: str, content: bytes) -> str:
    """Write one file below `landing/into` and return its path there; a name that other content
    already has gets a number. Raises SourceError when `into` leads out of the landing zone."""
    folder = (landing / into).resolve()
    if landing.resolve() not in folder.parents:
        raise SourceError(f"into: {into!r} is not a folder of the landing zone")
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = safe_name(name).rpartition(".")
    stem, ending = (stem, f".{ending}") if dot else (ending, "")
    path, number = folder / f"{stem}{ending}", 2
    while path.exists() and path.read_bytes() != content:
        path, number = folder / f"{stem}-{number}{ending}", number + 1
    if not path.exists():
        fresh = path.with_name(f".{path.name}.new")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return path.relative_to(landing.resolve()).as_posix()
