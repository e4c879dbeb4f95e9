"""The raw store: delivered bytes, kept by their digest.

Belongs here: keeping, restoring and finding bytes, closed to other accounts. Does not: usage
parquet, which stays where it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from ingest.atomic import OWN_FILE, OWN_FOLDER, sync_tree
from ingest.deliveries.discover import LandingFile, digest
from ingest.erasing.log import read_log
from ingest.judging.table import Refused


def keep(store: Path, sha256: str, data: bytes) -> None:
    """Put bytes into the store under their digest; does nothing when they are there already, or
    when others replaced them because a person was erased.

    The copy appears whole or not at all; `on_disk` flushes it to disk before it counts as landed.
    """
    if _is_whole(store, sha256):
        return
    close_to_others(store)
    partial = store / f".{sha256}.{os.getpid()}"
    try:
        with os.fdopen(_own(partial), "wb") as handle:
            handle.write(data)
        partial.replace(store / sha256)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _named(error, store / sha256) from error


def keep_file(store: Path, sha256: str, path: Path) -> None:
    """Put a big file's bytes into the store without holding them; Refused if it changed since."""
    if _is_whole(store, sha256):
        return
    close_to_others(store)
    partial = store / f".{sha256}.{os.getpid()}"
    try:
        os.close(_own(partial))
        shutil.copyfile(path, partial)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _named(error, store / sha256) from error
    with partial.open("rb") as handle:
        changed = hashlib.file_digest(handle, "sha256").hexdigest() != sha256
    if changed:
        partial.unlink()
        raise Refused("changed", f"{path.name} changed while it was read; run again")
    partial.replace(store / sha256)


def close_to_others(store: Path) -> None:
    """Make the store if it does not exist, and close it to all other accounts: the deliveries name
    people. A store that an earlier release left open is closed with all its files."""
    store.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
    if stat.S_IMODE(store.stat().st_mode) == OWN_FOLDER:
        return
    for path in store.iterdir():
        path.chmod(OWN_FILE)
    store.chmod(OWN_FOLDER)


def _own(path: Path) -> int:
    """A handle on a new file that nobody else may open."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_FILE)
    os.fchmod(handle, OWN_FILE)
    return handle


def mend(store: Path, files: Iterable[LandingFile]) -> list[str]:
    """Restore kept bytes that are damaged or gone from files that still hold them; returns the
    names of those files."""
    mended = []
    for one in files:
        name = read_log(store).kept(one.sha256)
        if not _is_whole(store, one.sha256) and digest(one.path) == name:
            keep_file(store, name, one.path)
            mended.append(one.file)
    if mended:
        on_disk(store)
    return mended


def on_disk(store: Path) -> None:
    """Flush everything that is kept to disk: a delivery counts as landed only afterwards."""
    if store.is_dir():
        close_to_others(store)
        sync_tree(store)


def kept_file(store: Path, sha256: str) -> Path | None:
    """Where the bytes of a delivery are, or None. Where a person was erased, the bytes that
    replaced the delivered ones, under their own digest."""
    for name in (sha256, read_log(store).kept(sha256)):
        if (store / name).is_file():
            return store / name
    return None


def _is_whole(store: Path, sha256: str) -> bool:
    path = kept_file(store, sha256)
    return path is not None and digest(path) == path.name


def _named(error: OSError, path: Path) -> OSError:
    """The error of a full disk with the name of the file that could not be written."""
    if error.errno is None or error.filename is not None:
        return error
    return OSError(error.errno, os.strerror(error.errno), str(path))
