"""The message for a full disk: which file or folder it was, and what to do.

Belongs here: recognising it in the errors of any library. Does not: other errors (app.py).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

# The disk itself is full, or the account's share of it.
NUMBERS = {errno.ENOSPC, errno.EDQUOT}
# How DuckDB, SQLite and Dagster report it; SQLite uses the same words for a full and a failing disk
# when it writes beside its file.
WORDS = ("No space left on device", "Disk quota exceeded", "database or disk is full")
UNSURE = ("disk I/O error",)
# Errors of these classes name the place themselves.
OWN = {"orchestration", "ingest", "scoring", "dashboards"}
WHAT_TO_DO = "make room there and give the same command again"


def full_disk(error: BaseException) -> str | None:
    """The message for an error that comes from a full disk; None for any other."""
    chain = list(_chain(error))
    for each in chain:
        if isinstance(each, OSError) and each.errno in NUMBERS and each.filename:
            return f"{each.filename}: no space left on this disk; {WHAT_TO_DO}"
    messages = [str(each) for each in chain]
    is_own = type(error).__module__.split(".")[0] in OWN
    # A message that quotes a library's report, with several lines or its file in quotes, is not for
    # people; the file name is.
    if is_own and not set('"\n') & set(messages[0]) and any(w in messages[0] for w in WORDS):
        return f"{error}; {WHAT_TO_DO}"
    for words in WORDS:
        for text in messages:
            if words in text:
                return f"no space left on a disk{_which(text, words)}; {WHAT_TO_DO}"
    if any(words in text for words in UNSURE for text in messages):
        return f"a disk is full or fails{_places()}; {WHAT_TO_DO}"
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that it came from, nearest first."""
    visited: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in visited:
        visited.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _which(text: str, words: str) -> str:
    """The file that a library's message names in quotes, else the folders that are written."""
    line = next((line for line in text.splitlines() if words in line), "")
    # Quotes within quotes are escaped.
    named = [part for part in line.replace('\\"', '"').split('"')[1:-1] if os.sep in part]
    return f" ({named[0]})" if named else _places()


def _places() -> str:
    # Only a failed command needs these imports.
    import tempfile

    from orchestration.settings import locations

    try:
        folder = locations().warehouse.parent
    except (OSError, ValueError):
        folder = Path.cwd()
    return f": that of {folder} or of temporary files ({tempfile.gettempdir()})"
