"""The raw store: delivered bytes, kept by their digest.

Belongs here: keeping and finding bytes. Does not: usage parquet, which stays where it is.
"""

from __future__ import annotations

import os
from pathlib import Path


def keep(store: Path, sha256: str, data: bytes) -> None:
    """Put bytes into the store under their digest; does nothing when they are there already.

    The copy appears whole or not at all.
    """
    target = store / sha256
    if target.exists():
        return
    store.mkdir(parents=True, exist_ok=True)
    partial = store / f".{sha256}.{os.getpid()}"
    partial.write_bytes(data)
    partial.replace(target)


def kept(store: Path, sha256: str) -> Path | None:
    """Where the bytes of a digest lie, or None."""
    path = store / sha256
    return path if path.is_file() else None
