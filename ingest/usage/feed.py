"""The usage feed's parquet files, judged where they lie: one scan a new file, no row in Python.

Belongs here: their columns as SQL, counts, faults. Does not: what is summed of them
(usage_parts.py), csv usage (readers/, judge.py like any other entity), which files are in force
(usage_view.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.deliveries.delivery import Piece
from ingest.deliveries.discover import Found
from ingest.judging.contract import Column, entity
from ingest.judging.headers import match
from ingest.judging.judge import Tally
from ingest.judging.literals import MOMENT
from ingest.judging.table import Refused
from ingest.usage.parts import build, counted

SPEC = entity("usage_events")
# A usage file may have more bad rows than anyone reads: so many are named one by one.
MOST_NAMED = 100_000
WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
SMALL = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
REMEDY = {
    "text": "is required and empty; fill it",
    "timestamp": "is missing or no moment; write ISO 8601, e.g. 2025-03-01T09:30:00Z",
    "int": "is missing or no whole number; write digits only",
    "call_count": "is below 1; a row stands for calls made",
}


@dataclass(frozen=True)
class Scan:
    """One parquet file as found: its columns (declared name -> (name in the file, type)), row
    counts, and the latest moment (UTC) of its good rows."""

    path: str
    size: int
    columns: Mapping[str, tuple[str, str]]
    read: int
    good: int
    latest: datetime | None

    @property
    def layout(self) -> str:
        """The columns as JSON; files of one layout can be read by one statement."""
        return json.dumps(self.columns, sort_keys=True)


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def exact_path(path: str) -> str:
    """A path as an SQL literal in which no character is a wildcard."""
    return quoted("".join(f"[{c}]" if c in "*?[" else c for c in path))


def source_of(paths: str) -> str:
    """The scan of one path literal or a list of them; folders named `a=b` add no column."""
    return f"read_parquet({paths}, hive_partitioning = false, file_row_number = true)"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text_sql(column: str, kind: str) -> str:
    value = f"try(decode({column}))" if kind == "BLOB" else f"cast({column} as varchar)"
    return f"case when trim({value}) <> '' and not contains({value}, chr(0)) then {value} end"


def _moment_sql(column: str, kind: str) -> str:
    if kind == "TIMESTAMP WITH TIME ZONE":
        moment = f"timezone('UTC', {column})"
    elif kind == "VARCHAR":
        # A text with an offset says its own zone; without one it is UTC.
        text = f"trim({column})"
        offset = f"regexp_matches({text}, '[Tt ].*([Zz]|[+-][0-9:]+)$')"
        moment = (
            f"case when not regexp_matches({text}, {quoted(MOMENT)}) then null"
            f" when {offset} then timezone('UTC', try_cast({text} as timestamptz))"
            f" else try_cast({text} as timestamp) end"
        )
    else:
        moment = f"cast({column} as timestamp)"
    first, last = "timestamp '0001-01-01'", "timestamp '9999-12-31 23:59:59.999999'"
    return f"case when {moment} between {first} and {last} then {moment} end"


def _int_sql(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        plain = f"regexp_matches(trim({column}), '^[+-]?[0-9]+$')"
        return f"case when {plain} then try_cast(trim({column}) as bigint) end"
    if kind in WHOLE:
        return f"try_cast({column} as bigint)"
    return f"case when {column} = trunc({column}) then try_cast({column} as bigint) end"


def _readable(kind: str, stored: str) -> bool:
    """Whether values stored as this SQL type can say what the declared kind asks for."""
    if kind == "text":
        return stored in (*WHOLE, "VARCHAR", "UUID", "BLOB")
    if kind == "timestamp":
        return stored in (*MOMENTS, "VARCHAR", "TIMESTAMP WITH TIME ZONE")
    return stored in (*WHOLE, "VARCHAR", "DOUBLE", "FLOAT") or stored.startswith("DECIMAL")


def column_sql(columns: Mapping[str, tuple[str, str]], clean: bool = False) -> dict[str, str]:
    """Declared column -> SQL that gives its value, null where the file's value does not fit.

    `clean` says that every row asked for is known to be good, so that nothing needs a test: a text
    then stays as the file encodes it, and is hashed once a word.
    """
    writers = {"text": _text_sql, "timestamp": _moment_sql, "int": _int_sql}
    plain = {"text": "VARCHAR", "timestamp": "TIMESTAMP", "int": "BIGINT"}
    found = {}
    for c in SPEC.columns:
        name, stored = _name(columns[c.name][0]), columns[c.name][1]
        if clean and stored == plain[c.kind]:
            found[c.name] = name
        elif clean and c.kind == "int" and stored in SMALL:
            found[c.name] = f"cast({name} as bigint)"
        else:
            found[c.name] = writers[c.kind](name, stored)
    return found


def _filled(column: Column, name: str, stored: str) -> str:
    """SQL that is true where a column's value fits; of texts it is asked once a word."""
    if column.kind == "text" and stored == "VARCHAR":
        return f"trim({name}) <> '' and not contains({name}, chr(0))"
    if column.kind == "int" and stored in SMALL:
        return f"{name} is not null"
    writers = {"text": _text_sql, "timestamp": _moment_sql, "int": _int_sql}
    return f"({writers[column.kind](name, stored)}) is not null"


def validity(columns: Mapping[str, tuple[str, str]]) -> str:
    """SQL that is true for a good row and for no other; semantics 4, call_count."""
    filled = [_filled(c, _name(columns[c.name][0]), columns[c.name][1]) for c in SPEC.columns]
    return f"({' and '.join(filled)} and ({column_sql(columns)['call_count']}) >= 1) is true"


def _header(path: Path) -> list[str]:
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, ValueError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Refused("unreadable", f"no readable parquet ({told}); deliver it again") from error


def _scan(
    con: duckdb.DuckDBPyConnection,
    delivery_id: str,
    path: str,
    read: int,
    header: list[str],
    places: Mapping[str, int],
    time_zone: str,
) -> Scan:
    """The one pass over a file: its good rows are summed into parts, and what is left is bad."""
    source = source_of(exact_path(path))
    types = con.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
    columns = {name: (header[place], types[place][1]) for name, place in places.items()}
    for column in SPEC.columns:
        stored = columns[column.name][1]
        if not _readable(column.kind, stored):
            told = f"column {column.name} is stored as {stored}, which is no {column.kind}"
            raise Refused("type", f"{told}; write the file with the contract's types", column.name)
    sql = column_sql(columns, clean=True)
    build(con, [delivery_id], sql, source, validity(columns), time_zone)
    good, latest = counted(con, delivery_id)
    return Scan(path, Path(path).stat().st_size, columns, read, good, latest)


def scan_piece(con: duckdb.DuckDBPyConnection, found: Found, time_zone: str) -> Piece:
    """Judge one usage parquet file; the piece's `scan` is None when it can't be scanned."""
    piece = Piece(found, SPEC.name)
    try:
        header = _header(found.path)
        fit = match(SPEC, header)
        unknown = tuple(header[i] for i in fit.unknown)
        rows = pq.read_metadata(found.path).num_rows
        piece.tally = Tally(rows, 0, 0, fit.missing, fit.twice, unknown)
        if not fit.missing and not fit.twice:
            path = str(found.path.resolve())
            scan = _scan(con, piece.delivery_id, path, rows, header, fit.places, time_zone)
            piece.scan = scan
            piece.tally = Tally(scan.read, scan.read - scan.good, 0, (), (), unknown)
    except Refused as refused:
        piece.refusal, piece.refused_column = (refused.rule, refused.message), refused.column
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        piece.refusal = ("unreadable", f"the parquet can't be scanned ({told}); deliver it again")
    return piece


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
        _write_faults(con, piece, scan)


def _write_faults(con: duckdb.DuckDBPyConnection, piece: Piece, scan: Scan) -> None:
    """The quarantined rows by place (the header would be row 1), each by its first fault."""
    sql = column_sql(scan.columns)
    raw = {n: f"cast({_name(scan.columns[n][0])} as varchar)" for n in sql}
    empty = [(n, f"({sql[n]}) is null", SPEC.column(n).kind) for n in sql]
    few = ("call_count", f"({sql['call_count']}) < 1", "call_count")
    cases = [(name, test, rule, f"{name} {REMEDY[rule]}") for name, test, rule in (*empty, few)]

    def first_fault(told: Callable[[str, str, str], str]) -> str:
        arms = " ".join(f"when {t} then {told(name, r, m)}" for name, t, r, m in cases)
        return f"case {arms} end"

    column = first_fault(lambda name, rule, message: quoted(name))
    value = first_fault(lambda name, rule, message: raw[name])
    broken = first_fault(lambda name, rule, message: quoted(rule))
    message = first_fault(lambda name, rule, message: quoted(message))
    con.execute(f"""
        insert into landing.quarantine
        select {quoted(piece.delivery_id)}, file_row_number + 2, null, {column},
            left({value}, 200), {broken}, {message}
        from {source_of(exact_path(scan.path))}
        where not {validity(scan.columns)}
        order by file_row_number limit {MOST_NAMED}
    """)
    left = scan.read - scan.good - MOST_NAMED
    if left > 0:
        told = f"{left} further rows are quarantined and not named one by one"
        con.execute(
            "insert into landing.quarantine values (?, null, null, null, null, 'more', ?)",
            [piece.delivery_id, told],
        )
