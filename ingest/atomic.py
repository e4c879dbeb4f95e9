"""Files and folders that appear whole or not at all: written under another name, flushed, renamed.

Belongs here: that order of steps. Does not: what is written.

When the process is killed or the disk is full, what was there before stays. The unfinished copy has
a name that begins with a dot; the next write to the same place deletes it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# renameat2(2): both names are relative to the current folder; the two entries change places.
HERE, EXCHANGE = -100, 2
# Permissions of folders and files with what partners sent: only the account that wrote them.
OWN_FOLDER, OWN_FILE = 0o700, 0o600


def write_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a file in place at once, with the permissions `mode` if given; an OSError names the
    file."""
    with new_file(path) as fresh:
        if mode is not None:
            fresh.touch(mode)
        fresh.write_bytes(data)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Where to write a file, which is at `path` when the block ends without an error, and is
    otherwise deleted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    fresh = _beside(path)
    with _named(path):
        try:
            yield fresh
            sync_file(fresh)
            fresh.replace(path)
            sync_folder(path.parent)
        except BaseException:
            # A database leaves its log next to it.
            for left in (fresh, fresh.with_name(f"{fresh.name}.wal")):
                left.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Where to write a folder's files; it begins with the folder's contents, takes its place when
    the block ends without an error, and is otherwise deleted.

    The files are hard links to those that stay: write a new one with `replace`, never into an
    existing one.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    fresh = _beside(folder)
    with _named(folder, fresh):
        try:
            if folder.exists():
                shutil.copytree(folder, fresh, copy_function=_link, symlinks=True)
            else:
                fresh.mkdir()
            yield fresh
            sync_tree(fresh)
            _put_in_place(fresh, folder)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    sync_folder(folder.parent)


def replace(path: Path, data: bytes) -> bool:
    """Write a file inside a `new_folder` if its bytes differ; returns whether it was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with _named(path):
        path.write_bytes(data)
    return True


def sync_file(path: Path) -> None:
    """Flush the file's bytes to disk."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the folder's entries to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Flush everything below a folder to disk, in one step where the system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        whole = getattr(_system(), "syncfs", None)
        if whole is not None and whole(handle) == 0:
            return
    finally:
        os.close(handle)
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            sync_folder(path)
        elif path.is_file():
            sync_file(path)
    sync_folder(folder)


def _put_in_place(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
    elif _exchanged(fresh, folder):
        shutil.rmtree(fresh, ignore_errors=True)
    else:
        # Where two entries can't change places at once, there is a moment with neither; the next
        # writer finds the earlier one under its name with a dot.
        old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    call = getattr(_system(), "renameat2", None)
    if call is None:
        return False
    return call(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


@cache
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        shutil.copy2(source, target)


def _sweep(path: Path) -> None:
    """Delete what dead processes left unfinished, and give an earlier folder its name back."""
    known = re.compile(rf"\.{re.escape(path.name)}\.([0-9]+)\.(new|old)(\.wal)?")
    for left in list(path.parent.iterdir()):
        match = known.fullmatch(left.name)
        if match is None or _runs(int(match[1])):
            continue
        if match[2] == "old" and not path.exists():
            left.rename(path)
        elif left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _runs(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def _named(path: Path, fresh: Path | None = None) -> Iterator[None]:
    """Make an error of the operating system name the file that was to be written: for a full disk
    it would name none, and for a file inside a `fresh` folder its temporary name."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        name = str(error.filename or path)
        if fresh is not None:
            name = name.replace(str(fresh), str(path))
        raise OSError(error.errno, os.strerror(error.errno), name) from error
