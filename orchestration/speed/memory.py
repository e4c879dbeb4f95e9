"""Giving back memory that a finished stage no longer needs.

Belongs here: when it is worth it, and how. Does not: what a stage holds.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

# Looking through everything that a process holds takes a tenth of a small program's run when it is
# done after each source; less than this is not worth it.
WORTH_BYTES = 64 * 1024 * 1024
STATM = Path("/proc/self/statm")


class _Held:
    """What this process held when it last gave memory back."""

    after = 0


def give_back() -> None:
    """Collect garbage, which is otherwise rarely done (entry.py), and return freed pages to the
    system, which C's allocator would keep for the process. Does nothing while the process holds
    less than 64 MiB more than after the last time."""
    held = _held()
    if held is not None and held < _Held.after + WORTH_BYTES:
        return
    gc.collect()
    library = _library()
    if library is not None:
        library.malloc_trim(0)
    _Held.after = _held() or 0


def _held() -> int | None:
    """Resident memory in bytes; None where the system does not say it in Linux's way."""
    try:
        pages = STATM.read_text("ascii").split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@cache
def _library() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    # Another C library than GNU's has no such function.
    return library if hasattr(library, "malloc_trim") else None
