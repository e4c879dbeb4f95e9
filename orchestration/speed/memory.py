"""Giving back memory that a finished stage no longer needs.

Belongs here: when asked to, and how. Does not: what a stage holds.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Drop garbage in cycles, which is seldom looked for (entry.py), and return freed pages to the
    system, which C's allocator would keep for the process."""
    gc.collect()
    library = _library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _library() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    # Another C library than GNU's has no such function.
    return library if hasattr(library, "malloc_trim") else None
