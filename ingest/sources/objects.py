"""A landing zone in an object store: `s3://`, `az://` or `gs://`, kept beside the warehouse.

Belongs here: opening a store, listing it, and a local copy that follows it. Does not: what the
files are. Credentials and endpoints are the environment's usual variables (`AWS_*`, `AZURE_*`,
`GOOGLE_*`); nothing of them is written anywhere.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

ADDRESS = re.compile(r"(s3|az|gs)://[^/]+(/.*)?")
ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT")
STATE = ".objects.json"
PART = ".part"
FETCHERS = 8
CHUNK = 8 * 1024 * 1024


class StoreError(RuntimeError):
    """A store that can't be used; the message names address, cause and remedy."""


@dataclass(frozen=True)
class Listed:
    """One object as a listing says: its key below the prefix, bytes, moment (ISO, UTC), e-tag."""

    key: str
    size: int
    modified: str
    etag: str | None


@dataclass(frozen=True)
class Synced:
    """What following a store did, by key. `changing`: objects that changed after the listing
    began, which the next run takes."""

    fetched: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    changing: tuple[str, ...]


def is_address(text: str) -> bool:
    """Whether a place is an object store's address rather than a folder."""
    return ADDRESS.fullmatch(text) is not None


def open_store(address: str) -> Any:
    """The store of an address. Raises StoreError when plain http would leave this machine."""
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    options: Any = {}
    for name in ENDPOINTS:
        endpoint = urlsplit(os.environ.get(name, ""))
        if endpoint.scheme == "http":
            if not _is_this_machine(endpoint.hostname or ""):
                raise StoreError(
                    f"{name} is plain http to {endpoint.hostname}, which would send keys and data "
                    "readably; use https, or http to this machine alone"
                )
            options["allow_http"] = True
    try:
        return from_url(address, client_options=options or None)
    except (BaseError, ValueError) as error:
        raise StoreError(f"{address}: {_words(error)}") from None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listing(address: str, store: Any) -> list[Listed]:
    """Every object below the address, sorted by key: the zone as it was when this began.

    Stores list in orders of their own, so nothing rests on the order. Raises StoreError.
    """
    import obstore
    from obstore.exceptions import BaseError

    try:
        pages = list(obstore.list(store, chunk_size=1000))
    except BaseError as error:
        raise StoreError(f"{address}: {_words(error)}") from None
    found = [
        Listed(m["path"], m["size"], m["last_modified"].isoformat(), m.get("e_tag"))
        for page in pages
        for m in page
    ]
    return sorted(found, key=lambda one: one.key)


def sync(address: str, folder: Path) -> Synced:
    """Bring `folder` to what the address held when this began; unchanged objects stay.

    Name, size, moment and e-tag say which objects are unchanged. A file's time is the object's
    own, so that it is its receipt where `_received.csv` is silent. A file appears whole or not at
    all; a fetch that was cut off goes on where it ended. Raises StoreError.
    """
    store = open_store(address)
    there = [one for one in listing(address, store) if not one.key.endswith("/")]
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder)
    same = {k: one for k, one in known.items() if (folder / k).is_file()}
    wanted = [one for one in there if same.get(one.key) != one]
    for one in wanted:
        _path(address, folder, one.key)
    with ThreadPoolExecutor(FETCHERS) as pool:
        ended = list(pool.map(lambda one: _fetch(address, store, folder, one), wanted))
    fetched = [one for one, whole in zip(wanted, ended, strict=True) if whole]
    gone = sorted(set(known) - {one.key for one in there})
    for key in gone:
        (folder / key).unlink(missing_ok=True)
    held = {one.key: one for one in there if one not in wanted} | {one.key: one for one in fetched}
    _remember(folder, held.values())
    return Synced(
        tuple(one.key for one in fetched),
        len(there) - len(wanted),
        tuple(gone),
        tuple(one.key for one, whole in zip(wanted, ended, strict=True) if not whole),
    )


def put_new(address: str, key: str, content: bytes) -> None:
    """Write one object that must not be there yet. Raises StoreError where it is, or can't be."""
    import obstore
    from obstore.exceptions import AlreadyExistsError, BaseError

    try:
        obstore.put(open_store(address), key, content, mode="create")
    except AlreadyExistsError:
        raise StoreError(f"{address}/{key} is there already, and is not written over") from None
    except BaseError as error:
        raise StoreError(f"{address}/{key}: {_words(error)}") from None


def put_over(address: str, key: str, content: bytes) -> None:
    """Write one object, whatever is there. Raises StoreError where it can't be."""
    import obstore
    from obstore.exceptions import BaseError

    try:
        obstore.put(open_store(address), key, content)
    except BaseError as error:
        raise StoreError(f"{address}/{key}: {_words(error)}") from None


def _fetch(address: str, store: Any, folder: Path, one: Listed) -> bool:
    """Whether the object came whole and as it was listed; False when it has changed since."""
    import obstore
    from obstore.exceptions import BaseError, NotFoundError, PreconditionError

    path = _path(address, folder, one.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named by what it is a part of, so that a part of earlier bytes is never gone on with.
    mark = hashlib.sha256(f"{one.etag} {one.size} {one.modified}".encode()).hexdigest()[:16]
    part = path.with_name(f".{path.name}.{mark}{PART}")
    try:
        for start, end in _ranges(part.stat().st_size if part.exists() else 0, one.size):
            options: Any = {"range": (start, end)}
            if one.etag:
                options["if_match"] = one.etag
            answer = obstore.get(store, one.key, options=options)
            with part.open("ab") as file:
                file.write(bytes(answer.bytes()))
    except (NotFoundError, PreconditionError):
        part.unlink(missing_ok=True)
        return False
    except BaseError as error:
        raise StoreError(f"{address}/{one.key}: {_words(error)}") from None
    if not one.size:
        part.touch()
    if part.stat().st_size != one.size:
        part.unlink()
        return False
    moment = _epoch_ns(one.modified)
    os.utime(part, ns=(moment, moment))
    part.replace(path)
    return True


def _ranges(start: int, size: int) -> Iterator[tuple[int, int]]:
    while start < size:
        end = min(start + CHUNK, size)
        yield start, end
        start = end


def _epoch_ns(moment: str) -> int:
    from datetime import datetime

    found = datetime.fromisoformat(moment)
    return int(found.timestamp()) * 1_000_000_000 + found.microsecond * 1000


def _path(address: str, folder: Path, key: str) -> Path:
    parts = PurePosixPath(key).parts
    if not parts or ".." in parts or key.startswith("/") or "\\" in key or "\0" in key:
        raise StoreError(f"{address}: the key {key!r} is no path of a landing zone; rename it")
    return folder.joinpath(*parts)


def _known(folder: Path) -> dict[str, Listed]:
    try:
        rows = json.loads((folder / STATE).read_text("utf-8"))
        return {row["key"]: Listed(**row) for row in rows}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _remember(folder: Path, held: Iterable[Listed]) -> None:
    fresh = folder / f"{STATE}.new"
    rows = sorted((asdict(one) for one in held), key=lambda row: row["key"])
    fresh.write_text(json.dumps(rows, indent=0), "utf-8")
    fresh.replace(folder / STATE)


def _words(error: Exception) -> str:
    """A store's error on one line, without what an address may carry of keys."""
    text = " ".join(str(error).split())
    return re.sub(r"(?i)(signature|credential|token|key)=[^&\s]+", r"\1=…", text)[:400]
