"""Where a program's own files are by default, and what an address of an object store is.

Belongs here: what settings, configuration and secrets all need. Does not: which places a run uses
(settings.py).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ingest.sources.objects import is_address


def home() -> Path:
    """`PLUMBLINE_HOME`, else the current folder."""
    return Path(os.environ.get("PLUMBLINE_HOME") or Path.cwd()).resolve()


def named_or_usual(variable: str, name: str) -> Path | None:
    """The file that an environment variable names, else `name` under `home()` if it exists.

    Raises FileNotFoundError, with the path as its message, when a file that was named is not there.
    """
    named = os.environ.get(variable)
    if named:
        if not Path(named).is_file():
            raise FileNotFoundError(named)
        return Path(named)
    usual = home() / name
    return usual if usual.is_file() else None


def store_address(text: str) -> str:
    """The object store's address that a place names, empty for a folder.

    An address that was made into a path has lost a slash, which is restored.
    """
    whole = re.sub(r"^(s3|az|gs):/+", r"\1://", text).rstrip("/")
    return whole if is_address(whole) else ""
