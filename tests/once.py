"""Fixtures that several test files read, made by the first that needs them.

Belongs here: making it once, whichever process of a session comes first. Does not: what is made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def once(home: Path, make: Callable[[Path], object]) -> Path:
    """The folder `home` with what `make` leaves in it; other callers wait meanwhile. It may only be
    read. If making it failed, the next caller tries again."""
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if not (home / "done").exists():
            make(home)
            (home / "done").touch()
    return home
