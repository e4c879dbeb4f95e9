"""The raw store: delivered bytes, kept by their digest.

Belongs here: keeping and finding bytes. Does not: usage parquet, which stays where it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from ingest.judging.table import Refused


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


def keep_file(store: Path, sha256: str, path: Path) -> None:
    """Put a big file's bytes into the store without holding them; Refused if it changed since."""
    target = store / sha256
    if target.exists():
        return
    store.mkdir(parents=True, exist_ok=True)
    partial = store / f".{sha256}.{os.getpid()}"
    shutil.copyfile(path, partial)
    with partial.open("rb") as handle:
        changed = hashlib.file_digest(handle, "sha256").hexdigest() != sha256
    if changed:
        partial.unlink()
        raise Refused("changed", f"{path.name} changed while it was read; run again")
    partial.replace(target)


def kept(store: Path, sha256: str) -> Path | None:
    """Where the bytes of a digest lie, or None."""
    path = store / sha256
    return path if path.is_file() else None
