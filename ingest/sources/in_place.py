"""Objects that are read in their store: a file system for DuckDB whose reads are ranged requests.

Belongs here: the place of an object as text, reading spans of it, what DuckDB is given. Does not:
listing a store and what is copied of it (following.py), or what the bytes mean.

DuckDB seeks and reads one open file from several threads, so a file with a single position would
mix them up. Here each thread has its own position, and DuckDB seeks and reads one span from one
thread; every read is a request of its own. A place names the object's version, and each request
asks for that version alone, so that no two of them can be answered from different bytes.
"""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from ingest.sources.objects import StoreError, open_store, spoken

if TYPE_CHECKING:
    import duckdb

SCHEMES = ("s3", "az", "gs")
# How often in a row a request may bring nothing; obstore also waits and asks again by itself.
ATTEMPTS = 4
# The most that is lost when a connection breaks off.
PIECE = 256 * 1024
# The bytes per request when a whole object is read.
CHUNK = 8 * 1024 * 1024


class ObjectChanged(StoreError):
    """The object is gone, or another version has taken its place."""


@dataclass(frozen=True)
class Place:
    """One version of an object: its address (`s3://bucket/key`), bytes and e-tag."""

    address: str
    size: int
    etag: str

    def __str__(self) -> str:
        return f"{self.address}#{self.size}-{quote(self.etag, safe='')}"

    @property
    def bucket(self) -> str:
        """The address of the bucket or container."""
        return "/".join(self.address.split("/", 3)[:3])

    @property
    def key(self) -> str:
        """The object's name in its bucket."""
        return self.address.split("/", 3)[3]

    def is_of(self, etag: str | None) -> bool:
        """Whether an e-tag is this version's; Azure's listings leave its quotation marks out."""
        return etag is not None and etag.strip('"') == self.etag.strip('"')


def is_place(text: str) -> bool:
    """Whether the text names a place in a store rather than a path."""
    return text.split("://", 1)[0] in SCHEMES and "://" in text


def place_of(text: str) -> Place:
    """The place that its text names. Raises ValueError."""
    address, _, version = text.rpartition("#")
    size, dash, etag = version.partition("-")
    if not is_place(address) or not dash or address.count("/") < 3:
        raise ValueError(f"{text!r} is not a place of an object")
    return Place(address, int(size), unquote(etag))


class _Stores:
    """Stores by bucket, each opened once."""

    def __init__(self) -> None:
        self.opened: dict[str, Any] = {}

    def of(self, place: Place) -> Any:
        if place.bucket not in self.opened:
            self.opened[place.bucket] = open_store(place.bucket)
        return self.opened[place.bucket]


def span(store: Any, place: Place, start: int, end: int) -> bytes:
    """The bytes from `start` up to `end` of this version.

    If a connection breaks off, only the rest is asked for again. Raises ObjectChanged, and
    StoreError naming object and cause if nothing more comes.
    """
    import obstore
    from obstore.exceptions import BaseError, NotFoundError, PreconditionError

    got, idle = bytearray(), 0
    while len(got) < end - start:
        before = len(got)
        options: Any = {"range": (start + before, end), "if_match": place.etag}
        message = "the answer is shorter than the object was listed"
        try:
            answer = obstore.get(store, place.key, options=options)
            # Some servers ignore conditions.
            if not place.is_of(answer.meta.get("e_tag")):
                raise ObjectChanged(_changed(place))
            for piece in answer.stream(min_chunk_size=PIECE):
                got += piece
        except (FileNotFoundError, NotFoundError, PreconditionError):
            raise ObjectChanged(_changed(place)) from None
        except BaseError as error:
            message = spoken(error)
        idle = 0 if len(got) > before else idle + 1
        if idle == ATTEMPTS:
            raise StoreError(f"{place.address}: {message}; run again")
    return bytes(got)


def spans(start: int, size: int) -> Iterator[tuple[int, int]]:
    """From `start` to `size` in spans that memory can hold."""
    while start < size:
        end = min(start + CHUNK, size)
        yield start, end
        start = end


def digest_of(place: Place) -> str:
    """The sha256 of the bytes of this version. Raises as `span`."""
    made, store = hashlib.sha256(), open_store(place.bucket)
    for start, end in spans(0, place.size):
        made.update(span(store, place, start, end))
    return made.hexdigest()


def _changed(place: Place) -> str:
    return f"{place.address} changed or went while it was read; run again"


def is_unchanged(text: str) -> bool:
    """Whether that very version is still at its place. Raises StoreError without an answer."""
    import obstore
    from obstore.exceptions import BaseError, NotFoundError

    place = place_of(text)
    try:
        head = obstore.head(open_store(place.bucket), place.key)
    except (FileNotFoundError, NotFoundError):
        return False
    except BaseError as error:
        raise StoreError(f"{place.address}: {spoken(error)}") from None
    return head["size"] == place.size and place.is_of(head.get("e_tag"))


def signed(place: Place, lasting: datetime.timedelta) -> str:
    """An address by which anybody can read this object, and nothing else, for that time. It is as
    secret as a key. Raises StoreError where the store's keys can't sign."""
    import obstore
    from obstore.exceptions import BaseError

    try:
        return obstore.sign(open_store(place.bucket), "GET", place.key, lasting)
    except (BaseError, ValueError) as error:
        raise StoreError(f"{place.address}: {spoken(error)}") from None


class Ranged:
    """An open object as a file to read; each thread has a position of its own."""

    closed = False

    def __init__(self, place: Place, stores: _Stores | None = None) -> None:
        self.place, self.stores = place, stores or _Stores()
        # By the system's thread id: Python drops its thread-local data for a foreign thread between
        # two calls.
        self.positions: dict[int, int] = {}

    @cached_property
    def _store(self) -> Any:
        return self.stores.of(self.place)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set this thread's position."""
        base = (0, self.tell(), self.place.size)[whence]
        self.positions[threading.get_ident()] = base + offset
        return base + offset

    def tell(self) -> int:
        """This thread's position."""
        return self.positions.get(threading.get_ident(), 0)

    def read(self, size: int = -1) -> bytes:
        """As many bytes as are asked for, fewer only at the end. Raises as `span`."""
        start = self.tell()
        end = self.place.size if size < 0 else min(start + size, self.place.size)
        if start >= end:
            return b""
        data = span(self._store, self.place, start, end)
        self.positions[threading.get_ident()] = end
        return data

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def writable(self) -> bool:
        """Nothing is ever written."""
        return False

    def close(self) -> None:
        """No connection is held."""

    def flush(self) -> None:
        """Nothing is ever written."""


def attach(con: duckdb.DuckDBPyConnection) -> None:
    """Let DuckDB read places; does nothing where it can already."""
    if con.filesystem_is_registered(SCHEMES[0]):
        return
    from fsspec import AbstractFileSystem

    class Places(AbstractFileSystem):
        """The file system for DuckDB; except for the bytes, it answers everything from the place's
        text."""

        protocol = SCHEMES
        cachable = False

        def __init__(self) -> None:
            super().__init__()
            self.stores = _Stores()

        def open(self, path: str, mode: str = "rb", **_: Any) -> Ranged:
            if mode != "rb":
                raise StoreError(f"{path}: objects are only read")
            return Ranged(place_of(path), self.stores)

        def glob(self, path: str, **_: Any) -> list[str]:
            # Names come complete, with each wildcard character in brackets.
            for mark in "*?[":
                path = path.replace(f"[{mark}]", mark)
            return [path]

        def info(self, path: str, **_: Any) -> dict[str, Any]:
            return {"name": path, "size": place_of(path).size, "type": "file"}

        def exists(self, path: str, **_: Any) -> bool:
            return is_place(path)

        def isfile(self, path: str) -> bool:
            return is_place(path)

        def modified(self, path: str) -> datetime.datetime:
            # A place is one version and never changes, so what DuckDB keeps of it stays right.
            return datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)

    con.register_filesystem(Places())


@contextmanager
def reading(address: str) -> Iterator[None]:
    """Turn DuckDB's version of a store's error back into a StoreError; others pass through."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        for name in (ObjectChanged.__name__, StoreError.__name__):
            if is_place(address) and f"{name}: " in str(error):
                message = str(error).split(f"{name}: ", 1)[1].splitlines()[0]
                raise (ObjectChanged if name == "ObjectChanged" else StoreError)(message) from None
        raise
