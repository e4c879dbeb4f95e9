"""Parquet of the feed in a bucket, read by Spark's workers: each task reads parts of objects.

Belongs here: dividing objects among tasks, reading by ranged requests, columns as Spark takes them;
a file that Spark's environment runs, and that is sent to the workers by value, as they do not have
this project. Does not: import more than Python and pyarrow, or know any keys: an address is signed
for reading one object and for some hours (ingest/sources/in_place.py).

The addresses travel inside the pickled function, which Spark writes into no plan, log or event log;
errors name an object by its place in the request.
"""

from __future__ import annotations

import http.client
import io
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# The most that one task reads, unless one row group has more.
TASK_BYTES = 32 * 1024 * 1024
# The bytes that one request asks for, and that one step reads of an answer.
REQUEST_BYTES = 8 * 1024 * 1024
PIECE = 256 * 1024
BATCH_ROWS = 64 * 1024
# How often in a row a request may bring nothing, and how many seconds it may be silent.
ATTEMPTS, SILENCE = 5, 60
# Status codes after which it is worth asking again.
PASSING = (408, 429, 500, 502, 503, 504)
# Spark's types as Arrow's.
TYPES = {
    "string": pa.string(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "decimal(20,0)": pa.decimal128(20, 0),
    "timestamp_ntz": pa.timestamp("us"),
    "timestamp": pa.timestamp("us", "UTC"),
}
PLACE, ROW = "file_index", "file_row_number"


class ObjectUnread(Exception):
    """An object that could not be read as the version that was listed."""


@dataclass(frozen=True)
class Listed:
    """One version of an object: its place in the request, a signed address, bytes, e-tag."""

    place: int
    address: str
    size: int
    etag: str


@dataclass(frozen=True)
class Part:
    """The nth of `of` parts of an object."""

    listed: Listed
    nth: int
    of: int


class Ranged(io.RawIOBase):
    """An object as a file to read; every request asks for the listed version alone."""

    def __init__(self, listed: Listed) -> None:
        super().__init__()
        self.listed, self.position = listed, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set the position."""
        self.position = (0, self.position, self.listed.size)[whence] + offset
        return self.position

    def tell(self) -> int:
        """The position."""
        return self.position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, or as much of it as the object still has. Raises ObjectUnread."""
        end = min(self.position + len(buffer), self.listed.size)
        data = self._span(self.position, end)
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)

    def _span(self, start: int, end: int) -> bytearray:
        """Bytes from `start` up to `end`; where an answer breaks off, only the rest is asked for
        again."""
        got, idle = bytearray(), 0
        while len(got) < end - start:
            before = len(got)
            try:
                self._read_on(got, start + before, end)
            except urllib.error.HTTPError as error:
                if error.code not in PASSING:
                    raise self._unread(f"the store answers {error.code}") from None
            except (OSError, http.client.HTTPException):
                pass  # What has come so far stays.
            idle = 0 if len(got) > before else idle + 1
            if idle == ATTEMPTS:
                raise self._unread("the store does not answer")
            time.sleep(idle)
        return got

    def _read_on(self, got: bytearray, start: int, end: int) -> None:
        headers = {"Range": f"bytes={start}-{end - 1}", "If-Match": self.listed.etag}
        request = urllib.request.Request(self.listed.address, headers=headers)
        with urllib.request.urlopen(request, timeout=SILENCE) as answer:
            # Some servers ignore conditions or ranges.
            if (answer.headers.get("ETag") or "").strip('"') != self.listed.etag.strip('"'):
                raise self._unread("another version is there")
            if answer.status != 206 and (start, end) != (0, self.listed.size):
                raise self._unread("the store gives no part of it")
            while start < end and (piece := answer.read(min(PIECE, end - start))):
                got += piece
                start += len(piece)

    def _unread(self, reason: str) -> ObjectUnread:
        return ObjectUnread(f"object {self.listed.place} of the request: {reason}")


def parts_of(objects: Iterable[Listed]) -> list[Part]:
    """What the tasks read, one part each."""
    return [
        Part(listed, nth, of)
        for listed in objects
        for of in [max(1, -(-listed.size // TASK_BYTES))]
        for nth in range(of)
    ]


def groups_of(part: Part, footer: pq.FileMetaData) -> Iterator[tuple[int, int]]:
    """The row groups of a part, each with the number of rows before it in the object. A group
    belongs to the part in whose share of the rows its first row lies."""
    before = 0
    for group in range(footer.num_row_groups):
        rows = footer.row_group(group).num_rows
        if rows and before * part.of // footer.num_rows == part.nth:
            yield group, before
        before += rows


def reader(
    parts: list[Part], schema: list[tuple[str, str]]
) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """For `mapInArrow`: numbers of parts -> rows with the columns of `schema` (pairs of column and
    Spark's type), the object's place and the row's number in it, both from 0."""

    def read(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from rows_of(parts[number], schema)

    return read


def counter(parts: list[Part]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """For `mapInArrow`: numbers of parts -> the object's place and the part's rows, by footers."""

    def count(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            for part in [parts[number] for number in batch.column(0).to_pylist()]:
                footer = _open(part).metadata
                rows = sum(footer.row_group(group).num_rows for group, _ in groups_of(part, footer))
                columns = [pa.array([n], pa.int64()) for n in (part.listed.place, rows)]
                yield pa.RecordBatch.from_arrays(columns, names=[PLACE, "rows"])

    return count


def rows_of(part: Part, schema: list[tuple[str, str]]) -> Iterator[pa.RecordBatch]:
    """The rows of a part. Raises ObjectUnread, or pyarrow's errors for bytes that don't fit."""
    file = _open(part)
    names = [name for name, _ in schema]
    for group, before in groups_of(part, file.metadata):
        for batch in file.iter_batches(BATCH_ROWS, [group], names, use_threads=False):
            columns = [_as_spark(batch.column(name), TYPES[kind]) for name, kind in schema]
            place = pa.repeat(pa.scalar(part.listed.place, pa.int64()), batch.num_rows)
            row = pa.array(range(before, before + batch.num_rows), pa.int64())
            yield pa.RecordBatch.from_arrays([*columns, place, row], names=[*names, PLACE, ROW])
            before += batch.num_rows


def _open(part: Part) -> pq.ParquetFile:
    return pq.ParquetFile(
        pa.PythonFile(Ranged(part.listed), "r"),
        buffer_size=REQUEST_BYTES,
        coerce_int96_timestamp_unit="us",
    )


def _as_spark(column: pa.Array, kind: pa.DataType) -> pa.Array:
    values = column.cast(kind)
    if pa.types.is_string(kind):
        values.validate(full=True)  # Nothing else looks whether a text is UTF-8.
    return values
