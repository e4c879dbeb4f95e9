"""Outputs in a bucket: what a command writes into a folder appears in it whole or not at all.

Belongs here: copying such an output from a bucket and to it. Does not: what is written (the
commands), or the raw store and the ledger (bucket_stores.py).

A bucket can't replace a folder in one step. So the files lie below a prefix named by their content,
and `index.json` is written last and replaces only the version that was read: until then the earlier
output stays whole, and of two writers the second is refused. A folder under PLUMBLINE_HOME is a
full copy, in which commands write as in any folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.atomic import new_folder, replace, write_file
from ingest.sources.following import path_of
from ingest.sources.objects import (
    AlreadyThere,
    StoreError,
    Version,
    delete,
    listing,
    open_store,
    put_instead,
    put_over,
    read,
)
from orchestration.home import store_address
from orchestration.settings import Locations, output_copy

INDEX, FRONT = "index.json", "index.html"
CONTENT = re.compile(r"content-[0-9a-f]{16}")
# Leads a browser to the site, whose own address changes with its content.
LEADING = """<!doctype html><meta charset="utf-8"><title>Plumbline</title>
<meta http-equiv="refresh" content="0; url={content}/index.html">
<a href="{content}/index.html">Plumbline</a>
"""
AT_ONCE = 8
# The state of the copy when it was last the same as the bucket; this file lies beside the copy.
SAME = ".same.json"


@dataclass(frozen=True)
class Output:
    """Where a command writes: a folder, or one file. `address`: the bucket that it is for."""

    path: Path
    address: str = ""
    single: bool = False

    @property
    def named(self) -> str:
        """The place as an argument of a command, valid in any folder."""
        return self.address or str(self.path.resolve())

    def shown(self, path: Path) -> str:
        """Where people find a file of the output once it is in place."""
        if not self.address:
            return str(path)
        if self.single:
            return self.address
        if not _same(self.path).is_file():
            return str(path)
        content = json.loads(_same(self.path).read_bytes())["content"]
        return f"{self.address}/{content}/{path.relative_to(self.path).as_posix()}"


def output(place: Path, *, single: bool = False) -> Output:
    """The output that an option names; for one in a bucket, the copy that is written first."""
    address = store_address(str(place))
    if not address:
        return Output(place)
    copy = output_copy(address)
    return Output(copy / address.rpartition("/")[2] if single else copy, address, single)


@contextmanager
def sent(place: Path, *, single: bool = False) -> Iterator[Output]:
    """The output to write into; it is put into its bucket when the block ends without an error.

    Raises StoreError, also where another writer was there first.
    """
    out = output(place, single=single)
    if not out.address:
        yield out
    elif single:
        bucket, _, name = out.address.rpartition("/")
        before = read(bucket, name)
        if before is None:
            out.path.unlink(missing_ok=True)
        else:  # Whether it may be written over is the command's to say, as of any file.
            write_file(out.path, before.content)
        yield out
        _last(bucket, name, out.path.read_bytes(), before)
    else:
        follow(out.address, out.path)
        yield out
        put_folder(out.address, out.path)


def follow_site(places: Locations) -> None:
    """Bring the copy of the site to the state of its bucket. Raises StoreError."""
    if places.site_address:
        follow(places.site_address, places.site)


def put_site(places: Locations, written: Path | None = None) -> str:
    """Put the site into its bucket, if it has one and `written` is a part of it; returns why it was
    not put there, empty when it was."""
    if not places.site_address or (written and not _is_below(written, places.site)):
        return ""
    try:
        put_folder(places.site_address, places.site)
    except StoreError as error:
        return f"the site in its bucket stays as it was: {error}"
    return ""


def site_exists(places: Locations) -> bool:
    """Whether the bucket has the same site as this machine. Raises StoreError."""
    files = _digests(places.site)
    index = read(places.site_address, INDEX)
    return index is not None and index.content == _bytes_of(_content(files), files)


def _is_below(path: Path, folder: Path) -> bool:
    return folder.resolve() in path.resolve().parents


def follow(address: str, folder: Path) -> None:
    """Make the copy what the bucket's index names, unless it is known to be.

    Raises StoreError, also where something else is at the address.
    """
    index = read(address, INDEX)
    if index is None or is_same(index, folder):
        return
    content, files = _index(address, index)
    own = _digests(folder)

    def take(name: str) -> tuple[str, bytes]:
        one = read(f"{address}/{content}", name)
        if one is None or hashlib.sha256(one.content).hexdigest() != files[name]:
            raise StoreError(f"{address}/{content}/{name} is not what was put there; run again")
        return name, one.content

    with new_folder(folder) as fresh:
        for name in files:
            path_of(address, fresh, name)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for name, data in pool.map(take, [n for n in files if files[n] != own.get(n)]):
                replace(fresh / name, data)
        for name in set(own) - set(files):
            (fresh / name).unlink()
    write_file(_same(folder), index.content)


def is_same(index: Version, folder: Path) -> bool:
    """Whether the copy was what this index names when it was last copied, in either direction."""
    return _same(folder).is_file() and _same(folder).read_bytes() == index.content


def put_folder(address: str, folder: Path) -> None:
    """Put a folder into the bucket whole, and delete what was there before.

    Raises StoreError; until the index is written, what was there stays whole.
    """
    files, before, front = _digests(folder), read(address, INDEX), read(address, FRONT)
    content = _content(files)
    if before is not None:
        _index(address, before)
    if front is not None and not _is_ours(front):
        raise StoreError(f"{address}/{FRONT} is none of ours; name an empty address")
    index = _bytes_of(content, files)
    keys = [one.key for one in listing(address, open_store(address))]
    if before is None or before.content != index:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda name: _put(address, content, folder, name), files))
        _last(address, INDEX, index, before)
    if FRONT in files:
        leading = LEADING.format(content=content).encode()
        if front is None or front.content != leading:
            _last(address, FRONT, leading, front)
    # Only what was there when this began, so never another writer's files.
    old = {key for key in keys if CONTENT.fullmatch(key.split("/")[0])}
    delete(address, sorted(key for key in old if not key.startswith(f"{content}/")))
    write_file(_same(folder), index)


def _put(address: str, content: str, folder: Path, name: str) -> None:
    put_over(f"{address}/{content}", name, (folder / name).read_bytes())


def _last(address: str, key: str, data: bytes, before: Version | None) -> None:
    try:
        put_instead(address, key, data, before)
    except AlreadyThere:
        raise StoreError(
            f"{address}: another writer put an output there while this one was at work; "
            "see which is wanted, and run again"
        ) from None


def _is_ours(front: Version) -> bool:
    match = re.search(CONTENT, front.content.decode("utf-8", "replace"))
    return match is not None and front.content == LEADING.format(content=match[0]).encode()


def _digests(folder: Path) -> dict[str, str]:
    """Path below the folder -> sha256 of the file."""
    if not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def _content(files: Mapping[str, str]) -> str:
    listing_bytes = json.dumps(sorted(files.items())).encode()
    return f"content-{hashlib.sha256(listing_bytes).hexdigest()[:16]}"


def _bytes_of(content: str, files: Mapping[str, str]) -> bytes:
    return (json.dumps({"content": content, "files": dict(files)}, indent=1) + "\n").encode()


def _index(address: str, index: Version) -> tuple[str, dict[str, str]]:
    try:
        listed = json.loads(index.content)
        content, files = str(listed["content"]), dict(listed["files"])
        if CONTENT.fullmatch(content) and index.content == _bytes_of(content, files):
            return content, files
    except (ValueError, KeyError, TypeError):
        pass
    raise StoreError(f"{address}/{INDEX} is none of ours; name an empty address")


def _same(folder: Path) -> Path:
    return folder.with_name(folder.name + SAME)
