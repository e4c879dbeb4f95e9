"""The usage feed's parquet files, judged in place: one scan per new file, no row in Python.

Belongs here: their columns as SQL, counts, faults. Does not: what is summed (parts.py), csv usage
(csv_feed.py), which files are in force (view.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow.parquet as pq

from ingest.deliveries.delivery import Piece
from ingest.deliveries.discover import LandingFile
from ingest.judging.headers import match
from ingest.judging.judge import Tally
from ingest.judging.sql import first
from ingest.judging.table import Refused, refusing
from ingest.sources.in_place import Ranged, attach, place_of, reading
from ingest.usage.elsewhere import Feed, elsewhere
from ingest.usage.faults import MOST_NAMED, write_faults
from ingest.usage.footers import feed_of
from ingest.usage.parts import add_parts, build, counted
from ingest.usage.values import (
    SPEC,
    UNTRIMMED,
    column_sql,
    exact_path,
    readable,
    trimmed,
    validity,
)

# The texts by which rows are summed; another text's blanks change no sum.
KEPT_TEXTS = ("app_id", "company_id")


@dataclass(frozen=True)
class Scan:
    """One parquet file as found: its columns (declared name -> (name in the file, type)), row
    counts, the latest moment (UTC) of its good rows, and the zone in which its days begin."""

    path: str
    size: int
    columns: Mapping[str, tuple[str, str]]
    read: int
    good: int
    latest: datetime | None
    zone: str

    @property
    def layout(self) -> str:
        """The columns as JSON; files of one layout can be read by one statement."""
        return json.dumps(self.columns, sort_keys=True)


def source_of(paths: str) -> str:
    """The scan of one path literal or a list of them; folders named `a=b` add no column."""
    return f"read_parquet({paths}, hive_partitioning = false, file_row_number = true)"


def _footer(file: LandingFile) -> pq.FileMetaData:
    """The metadata in a file's footer."""
    lies_at = Ranged(place_of(file.place)) if file.place else file.path
    with refusing("no readable parquet"):
        return pq.read_metadata(lies_at)


def _names(footer: pq.FileMetaData) -> list[str]:
    with refusing("no readable parquet"):
        return list(footer.schema.to_arrow_schema().names)


def _stored(
    con: duckdb.DuckDBPyConnection, where: str, header: Sequence[str], places: Mapping[str, int]
) -> dict[str, tuple[str, str]]:
    """Declared column -> (its name in the file, DuckDB's type of it)."""
    source = source_of(exact_path(where))
    types = con.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
    return {name: (header[place], types[place][1]) for name, place in places.items()}


def sum_ahead(con: duckdb.DuckDBPyConnection, files: Iterable[LandingFile], time_zone: str) -> None:
    """Have another engine sum files before they are judged one by one; does nothing if DuckDB sums.

    A file that cannot be described is left to its own judgement.
    """
    other = elsewhere()
    if other is None:
        return
    feeds = []
    for file in files:
        if file.place:
            attach(con)
        try:
            with refusing("the parquet can't be scanned"):
                footer = _footer(file)
                fit = match(SPEC, _names(footer))
                if not fit.missing and not fit.twice:
                    columns = _stored(con, file.where, _names(footer), fit.places)
                    feeds.append(feed_of(file.where, file.size, columns, footer))
        except Refused:
            continue
    other.sum_up(feeds, time_zone)


def build_file(
    con: duckdb.DuckDBPyConnection, delivery_id: str, feed: Feed, zone: str, clean: bool = False
) -> None:
    """Sum one file by the engine that sums the feed. `clean`: its rows are known to be good."""
    other = elsewhere()
    parts = other.parts_of(con, feed, zone, clean) if other is not None else None
    if parts is not None:
        add_parts(con, [delivery_id], parts, zone)
        return
    sql = column_sql(feed.columns, zone, clean=True)
    good = "true" if clean else validity(feed.columns, zone)
    build(con, [delivery_id], sql, source_of(exact_path(feed.where)), good, zone)


def _scan(
    con: duckdb.DuckDBPyConnection,
    delivery_id: str,
    file: LandingFile,
    footer: pq.FileMetaData,
    places: Mapping[str, int],
    time_zone: str,
) -> Scan:
    """The one pass over a file: its good rows are summed into parts, and the other rows are bad."""
    columns = _stored(con, file.where, _names(footer), places)
    for column in SPEC.columns:
        stored = columns[column.name][1]
        if not readable(column.kind, stored):
            problem = f"column {column.name} is stored as {stored}, and its type is {column.kind}"
            raise Refused(
                "type", f"{problem}; write the file with the contract's types", column.name
            )
    build_file(con, delivery_id, feed_of(file.where, file.size, columns, footer), time_zone)
    if _has_blanks(con, delivery_id):
        columns = {
            name: (own, UNTRIMMED if kind == "VARCHAR" and name in KEPT_TEXTS else kind)
            for name, (own, kind) in columns.items()
        }
        build_file(con, delivery_id, feed_of(file.where, file.size, columns, footer), time_zone)
    good, latest = counted(con, delivery_id)
    return Scan(file.where, file.size, columns, footer.num_rows, good, latest, time_zone)


def _has_blanks(con: duckdb.DuckDBPyConnection, delivery_id: str) -> bool:
    """Whether an id of the summed rows has blanks at its ends; checked on parts, not on rows."""
    conditions = " or ".join(f"{name} <> {trimmed(name)}" for name in KEPT_TEXTS)
    query = f"select 1 from landing.usage_parts where delivery_id = ? and ({conditions}) limit 1"
    return first(con, query, [delivery_id]) is not None


def scan_piece(con: duckdb.DuckDBPyConnection, file: LandingFile, time_zone: str) -> Piece:
    """Judge one usage parquet file; the piece's `scan` is None when it can't be scanned."""
    piece = Piece(file, SPEC.name)
    try:
        with refusing("the parquet can't be scanned"), reading(file.place):
            _scan_into(con, piece, time_zone)
    except Refused as refused:
        piece.refusal, piece.refused_column = (refused.rule, refused.message), refused.column
    return piece


def _scan_into(con: duckdb.DuckDBPyConnection, piece: Piece, time_zone: str) -> None:
    if piece.origin.place:
        attach(con)
    footer = _footer(piece.origin)
    header, rows = _names(footer), footer.num_rows
    fit = match(SPEC, header)
    unknown = tuple(header[i] for i in fit.unknown)
    piece.tally = Tally(rows, 0, 0, fit.missing, fit.twice, unknown)
    if not fit.missing and not fit.twice:
        scan = _scan(con, piece.delivery_id, piece.origin, footer, fit.places, time_zone)
        piece.scan = scan
        piece.tally = Tally(scan.read, scan.read - scan.good, 0, (), (), unknown)


def write_scan(con: duckdb.DuckDBPyConnection, piece: Piece, accepted: bool) -> None:
    """Write what a judged parquet file adds besides its deliveries row: place, faults."""
    scan = piece.scan
    if not isinstance(scan, Scan):
        return
    if accepted:
        con.execute(
            "insert into landing.usage_files values (?, ?, ?, ?, ?)",
            [piece.delivery_id, scan.path, scan.size, scan.layout, scan.read == scan.good],
        )
    if scan.read > scan.good:
        where = source_of(exact_path(scan.path))
        write_faults(con, piece.delivery_id, where, scan.columns, scan.zone)
        left = scan.read - scan.good - MOST_NAMED
        if left > 0:
            rest = f"{left} further rows are quarantined and not named one by one"
            con.execute(
                "insert into landing.quarantine values (?, null, null, null, null, 'more', ?)",
                [piece.delivery_id, rest],
            )
