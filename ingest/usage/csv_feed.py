"""Big csv deliveries of the usage feed: read as fast as possible, never whole in memory.

Belongs here: a fast path for files without a fault, and a careful one, in pieces, for the others.
Does not: small csv files, which are read like any entity (deliveries/delivery.py), or parquet
(feed.py).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from ingest.deliveries.delivery import Piece
from ingest.deliveries.discover import LandingFile
from ingest.deliveries.raw_store import keep_file
from ingest.deliveries.write import typed
from ingest.formats.contents import DELIMITED
from ingest.judging.headers import Match, fold, match
from ingest.judging.judge import FAULTS, Tally, judge
from ingest.judging.sql import first, insert
from ingest.judging.table import CUT, Note, RawTable, Refused, refusing
from ingest.readers.delimited import (
    IS_CUT,
    declared_delimiter,
    find_delimiter,
    lacks_its_end,
    stream,
)
from ingest.readers.text import encoding_of
from ingest.readers.unwritten import refuse_blank_body, refuse_holes_in
from ingest.usage.faults import MOST_NAMED
from ingest.usage.values import SPEC, column_sql, exact_path, quoted, validity

# Smaller files cost nothing in memory, and a column map may apply to them.
BIG = 8 << 20
PART_ROWS = 200_000
HEADER_BYTES = 1 << 16


@dataclass
class CsvScan:
    """A judged csv file: `source` is SQL that gives its good rows, typed, in the order of SPEC;
    `faults` the first faults found, as FAULTS without the table's number."""

    source: str
    read: int = 0
    good: int = 0
    latest: datetime | None = None
    faults: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True)
class _Layout:
    """How a file is written, as its first line shows."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    match: Match
    declared: bool


def is_big(file: LandingFile) -> bool:
    """Whether a file is one for this module."""
    return (
        file.entity == SPEC.name
        and file.refusal is None
        and Path(file.file).suffix.lower() in DELIMITED
        and file.path.stat().st_size > BIG
    )


def _layout(path: Path) -> _Layout:
    with path.open("rb") as handle:
        head = handle.read(HEADER_BYTES)
    encoding = encoding_of(head)
    text = head.decode(encoding, "replace").removeprefix("\ufeff").lstrip("\r\n")
    declared, text = declared_delimiter(text)
    delimiter = declared or find_delimiter(text, {fold(c.name) for c in SPEC.columns})
    header = tuple(next(csv.reader([text.splitlines()[0]], delimiter=delimiter)))
    return _Layout(encoding, delimiter, header, match(SPEC, header), declared is not None)


def _quick_source(path: Path, layout: _Layout) -> str:
    """The file as DuckDB reads it when every line is as the standard has it."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.header)))
    return (
        f"read_csv({exact_path(str(path.resolve()))}, auto_detect = false, header = false,"
        f" skip = 1, delim = {quoted(layout.delimiter)}, quote = '\"', escape = '\"',"
        f" strict_mode = true, null_padding = false, columns = {{{columns}}})"
    )


def _quick(
    con: duckdb.DuckDBPyConnection, path: Path, layout: _Layout, zone: str
) -> CsvScan | None:
    """The scan of a file whose rows are all good; None for any other file."""
    with path.open("rb") as handle:
        start = handle.readline(HEADER_BYTES)
    plain = layout.encoding in ("utf-8", "utf-8-sig") and b'"' not in start and b"\r\r" not in start
    if not plain or not start.strip() or layout.declared:
        return None
    columns = {name: (f"c{place}", "VARCHAR") for name, place in layout.match.places.items()}
    sql = column_sql(columns, zone)
    source = _quick_source(path, layout)
    try:
        row = first(
            con,
            f"select count(*), count(*) filter (where {validity(columns, zone)}),"
            f" max({sql['occurred_at']}) from {source}",
        )
    except duckdb.Error:
        return None
    if row is None or row[0] != row[1]:
        return None
    values = ", ".join(sql[c.name] for c in SPEC.columns)
    return CsvScan(f"select {values} from {source}", row[0], row[1], row[2])


def _parts(path: Path, layout: _Layout) -> Iterator[RawTable]:
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    try:
        with path.open(encoding=encoding, newline="") as lines:
            if layout.declared:
                lines.readline()
            for part in stream(lines, layout.delimiter, PART_ROWS):
                yield RawTable(
                    SPEC.name, part.header, part.rows, part.row_numbers, broken=part.broken
                )
    except UnicodeDecodeError as error:
        message = f"not valid {layout.encoding} ({error.reason}); save it as utf-8"
        raise Refused("encoding", message) from error


def _careful(con: duckdb.DuckDBPyConnection, piece: Piece, layout: _Layout, zone: str) -> CsvScan:
    """Judge a file part by part; its good rows wait in a temporary table."""
    table = f"usage_incoming_{piece.delivery_id}"
    names = ", ".join(c.name for c in SPEC.columns)
    con.execute(
        f"create or replace temp table {table} as select {names} from landing.usage_rows"
        " where false"
    )
    scan = CsvScan(f"select {names} from {table}")
    named = 0
    lacks_end = False
    for part in _parts(piece.origin.path, layout):
        lacks_end = lacks_its_end(part) if part.rows or part.broken else lacks_end
        result = judge(SPEC, [part], zone=zone)
        insert(con, table, result.good, typed(SPEC, ()))
        scan.read += result.tallies[0].read
        scan.good += result.good.height
        if named < MOST_NAMED:
            scan.faults.append(result.faults.head(MOST_NAMED - named))
            named += result.faults.height
    if lacks_end and not _ends_in_line(piece.origin.path):
        piece.notes.append(Note(CUT, IS_CUT))
    row = first(con, f"select max(occurred_at) from {table}")
    scan.latest = row[0] if row else None
    return scan


def _ends_in_line(path: Path) -> bool:
    """Whether a file's last character, of one or two bytes, ends a line."""
    with path.open("rb") as handle:
        handle.seek(-2, os.SEEK_END)
        return not {*handle.read()}.isdisjoint(b"\r\n")


def scan_csv(
    con: duckdb.DuckDBPyConnection, origin: LandingFile, store: Path | None, zone: str
) -> Piece | None:
    """Judge one big csv file of the usage feed; None when its header is not a header of the feed.

    With a `store` the file's bytes are kept in it. Rows of usage_events are never duplicates of
    each other (semantics 4).
    """
    piece = Piece(origin, SPEC.name)
    try:
        with refusing("the file can't be read"):
            return _scan_into(con, piece, store, zone)
    except Refused as refused:
        piece.refusal, piece.refused_column = (refused.rule, refused.message), refused.column
    return piece


def _scan_into(
    con: duckdb.DuckDBPyConnection, piece: Piece, store: Path | None, zone: str
) -> Piece | None:
    file = piece.origin
    layout = _layout(file.path)
    if layout.match.missing or layout.match.twice:
        return None
    if store is not None:
        keep_file(store, file.sha256, file.path)
    refuse_holes_in(file.path)
    scan = _quick(con, file.path, layout, zone) or _careful(con, piece, layout, zone)
    refuse_blank_body(file.path.stat().st_size, scan.read)
    piece.scan = scan
    names = (layout.header[i].strip() for i in layout.match.unknown)
    unknown = tuple(name for name in names if name)
    piece.tally = Tally(scan.read, scan.read - scan.good, 0, (), (), unknown)
    return piece


def write_csv(con: duckdb.DuckDBPyConnection, piece: Piece, accepted: bool) -> None:
    """Write a judged file's good rows (when it is accepted) and its faults."""
    scan = piece.scan
    if not isinstance(scan, CsvScan):
        return
    if accepted:
        con.execute(
            f"insert into landing.usage_rows select *, ?, ?, ? from ({scan.source})",
            [piece.delivery_id, piece.origin.file, piece.origin.received_at],
        )
    if scan.faults:
        faults = pl.concat([pl.DataFrame(schema=FAULTS), *scan.faults])
        columns = 'row, cell, "column", value, rule, message'
        insert(con, "landing.quarantine", faults, f"{quoted(piece.delivery_id)}, {columns}")
        con.execute(f"drop table if exists usage_incoming_{piece.delivery_id}")
