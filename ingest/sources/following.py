"""Follows a landing zone in an object store: copies most of it, and only notes the rest.

Belongs here: updating a local copy to what a listing showed when it began. Does not: opening stores
(objects.py), reading what stays there (in_place.py), or what the files are.
"""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any
from urllib.parse import unquote

from ingest.judging.entity_paths import entity_of
from ingest.sources.in_place import ObjectChanged, Place, digest_of, spans
from ingest.sources.objects import Listed, StoreError, listing, open_store, spoken

# Beside the copy, where nobody who delivers can write.
STATE = ".objects.json"
PART = ".part"
FETCHERS = 8
FEED, ENDING = "usage_events", ".parquet"


@dataclass(frozen=True)
class Synced:
    """The result of following a store, by key. `read_in_place`: new objects that stay in the store;
    `changing`: objects that changed after the listing began, which the next run takes."""

    fetched: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    changing: tuple[str, ...]
    read_in_place: tuple[str, ...] = ()


@dataclass(frozen=True)
class Noted:
    """An object that is read in its store: its key below the zone's address, the digest of its
    bytes, when it was written (UTC without a zone)."""

    key: str
    place: Place
    sha256: str
    modified: datetime


@dataclass(frozen=True)
class _Held:
    """What is known of an object: its listing, and the digest of one that stays in the store."""

    listed: Listed
    sha256: str = ""


def stays(one: Listed) -> bool:
    """Whether an object is read in its store: parquet of the usage feed. Where a store gives no
    e-tag a version can't be asked for, and the object is copied like any other."""
    source, *rest = one.key.split("/")
    if not one.etag or not rest or not one.key.lower().endswith(ENDING):
        return False
    return entity_of(source, tuple(rest)) == FEED


def noted_objects(folder: Path) -> list[Noted]:
    """The objects of a copy that are read in their store; none where the folder is not a copy."""
    address, known = _known(folder)
    return [
        Noted(
            key,
            _place(address, held.listed),
            held.sha256,
            datetime.fromisoformat(held.listed.modified).astimezone(UTC).replace(tzinfo=None),
        )
        for key, held in sorted(known.items())
        if held.sha256
    ]


def sync(address: str, folder: Path) -> Synced:
    """Update `folder` to what the address held when this began; unchanged objects stay.

    Name, size, time and e-tag show which objects are unchanged. A file's time is the object's own,
    so it is the time of receipt unless `_received.csv` states another. A file appears whole or not
    at all; a fetch that was cut off continues where it ended. Usage parquet is read once for its
    digest and not copied. Raises StoreError.
    """
    store = open_store(address)
    objects = [one for one in listing(address, store) if not one.key.endswith("/")]
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder)[1]
    wanted = [one for one in objects if not _is_held(folder, known.get(one.key), one)]
    for one in wanted:
        path_of(address, folder, one.key)
    held = {one.key: known[one.key] for one in objects if one not in wanted}
    lock = Lock()

    def take(one: Listed) -> _Held | None:
        if not stays(one):
            return _Held(one) if _fetch(address, store, folder, one) else None
        digest = _digest(address, one)
        if digest is None:
            return None
        with lock:  # A digest is long work: one that is made is not made again after a kill.
            held[one.key] = _Held(one, digest)
            _remember(address, folder, held)
        return held[one.key]

    with ThreadPoolExecutor(FETCHERS) as pool:
        ended = dict(zip((one.key for one in wanted), pool.map(take, wanted), strict=True))
    held |= {key: one for key, one in ended.items() if one is not None}
    _remember(address, folder, held)
    for key, taken in ended.items():
        if (
            taken is not None and taken.sha256
        ):  # Copied by an earlier release, or before it had a tag.
            (folder / key).unlink(missing_ok=True)
    gone = sorted(set(known) - {one.key for one in objects})
    for key in gone:
        (folder / key).unlink(missing_ok=True)
    new = [key for key, one in ended.items() if one is not None]
    return Synced(
        tuple(key for key in new if not held[key].sha256),
        len(objects) - len(wanted),
        tuple(gone),
        tuple(key for key, one in ended.items() if one is None),
        tuple(key for key in new if held[key].sha256),
    )


def _is_held(folder: Path, held: _Held | None, one: Listed) -> bool:
    if held is None or held.listed != one:
        return False
    return bool(held.sha256) if stays(one) else (folder / one.key).is_file()


def _place(address: str, one: Listed) -> Place:
    base = unquote(address.rstrip("/"))
    return Place(f"{base}/{one.key}", one.size, str(one.etag))


def _digest(address: str, one: Listed) -> str | None:
    """The sha256 of an object as it was listed; None when it has changed since."""
    try:
        return digest_of(_place(address, one))
    except ObjectChanged:
        return None


def _fetch(address: str, store: Any, folder: Path, one: Listed) -> bool:
    """Whether the object came whole and as it was listed; False when it has changed since."""
    import obstore
    from obstore.exceptions import BaseError, NotFoundError, PreconditionError

    path = path_of(address, folder, one.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named after the version that it is a part of, so that a part of earlier bytes is never
    # continued.
    mark = hashlib.sha256(f"{one.etag} {one.size} {one.modified}".encode()).hexdigest()[:16]
    part = path.with_name(f".{path.name}.{mark}{PART}")
    try:
        for start, end in spans(part.stat().st_size if part.exists() else 0, one.size):
            options: Any = {"range": (start, end)}
            if one.etag:
                options["if_match"] = one.etag
            answer = obstore.get(store, one.key, options=options)
            with part.open("ab") as file:
                file.write(bytes(answer.bytes()))
    except (FileNotFoundError, NotFoundError, PreconditionError):
        part.unlink(missing_ok=True)
        return False
    except BaseError as error:
        raise StoreError(f"{address}/{one.key}: {spoken(error)}") from None
    if not one.size:
        part.touch()
    if part.stat().st_size != one.size:
        part.unlink()
        return False
    moment = _epoch_ns(one.modified)
    os.utime(part, ns=(moment, moment))
    part.replace(path)
    return True


def _epoch_ns(moment: str) -> int:
    instant = datetime.fromisoformat(moment)
    return int(instant.timestamp()) * 1_000_000_000 + instant.microsecond * 1000


def path_of(address: str, folder: Path, key: str) -> Path:
    """Where an object's copy is. StoreError for a key that is not a path below the folder."""
    parts = PurePosixPath(key).parts
    if not parts or ".." in parts or key.startswith("/") or "\\" in key or "\0" in key:
        raise StoreError(f"{address}: the key {key!r} is not a path of a folder; rename it")
    return folder.joinpath(*parts)


def _state(folder: Path) -> Path:
    return folder.with_name(folder.name + STATE)


def _known(folder: Path) -> tuple[str, dict[str, _Held]]:
    """The address of which a folder is a copy, and what the copy contains; nothing if that can't be
    read."""
    try:
        noted = json.loads(_state(folder).read_text("utf-8"))
        rows = {row["listed"]["key"]: row for row in noted["objects"]}
        held = {key: _Held(Listed(**row["listed"]), row["sha256"]) for key, row in rows.items()}
        return noted["address"], held
    except (OSError, ValueError, TypeError, KeyError):
        return "", {}


def _remember(address: str, folder: Path, held: dict[str, _Held]) -> None:
    path = _state(folder)
    fresh = path.with_name(f".{path.name}.new")
    rows = [asdict(one) for _, one in sorted(held.items())]
    fresh.write_text(json.dumps({"address": address, "objects": rows}, indent=0), "utf-8")
    fresh.replace(path)
