"""The feed's parquet, summed by another engine in its store: the request and the use of its answer.

Belongs here: which files another engine can read as DuckDB does, its statements, and its answers
as SQL for DuckDB. Does not: the engine itself (orchestration/engines), what is summed (parts.py).

Whatever the engine cannot do is left to DuckDB: a column stored in a way that the two read
differently, a sum past 64 bits, a file that cannot be read (DuckDB then says why), a file of which
the engine sees another number of rows than its footer names.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

from ingest.judging.clock import clock_of
from ingest.judging.sql import first
from ingest.sources.in_place import is_place
from ingest.usage.dialects import SPARK, quoted
from ingest.usage.months import month_sql
from ingest.usage.parts import SUMMED, parts_sql, rows_sql
from ingest.usage.values import MOMENTS, NANOSECONDS, UNTRIMMED, column_sql, validity

# Files that one statement reads.
TOGETHER = 500
# DuckDB's types that the other engine reads as the same values, with its own names for them. Days
# and moments as text are not among them: their expressions, with days that begin in the program's
# zone, take its planner minutes.
TYPES = {
    "VARCHAR": "string",
    UNTRIMMED: "string",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "int",
    "UINTEGER": "bigint",
    "UBIGINT": "decimal(20,0)",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP_MS": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
} | dict.fromkeys(NANOSECONDS, "bigint")


@dataclass(frozen=True)
class Feed:
    """One parquet file: its path or place, bytes, columns (declared name -> (its own name, type)),
    the rows that its footer names, and the least and greatest moment by its statistics (UTC)."""

    where: str
    size: int
    columns: Mapping[str, tuple[str, str]]
    read: int
    span: tuple[datetime, datetime] | None = None

    @property
    def layout(self) -> str:
        """The columns as JSON; files of one layout can be read by one statement."""
        return json.dumps(self.columns, sort_keys=True)


@dataclass(frozen=True)
class Request:
    """One statement of the other engine, in its own dialect, over the view `feed`: the columns of
    `schema` of these files (all paths, or all places in a store), `file_index` (from 0) and
    `file_row_number` (from 0); and over tables, each a folder of parquet."""

    files: Sequence[str]
    schema: Sequence[tuple[str, str]]
    query: str
    tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The folder of parquet with a statement's rows, and how many rows each file was seen to
    have."""

    folder: Path
    rows: Sequence[int]

    @property
    def relation(self) -> str:
        """SQL of the rows for DuckDB."""
        return f"read_parquet({quoted(str(self.folder / '*.parquet'))})"


class Engine(Protocol):
    """An engine that can answer: below `least_bytes` of all files together it is not asked. `ask`
    gives None where its statement failed, and raises where the engine itself is gone."""

    least_bytes: int

    def ask(self, request: Request) -> Answer | None:
        """Answer one statement."""

    def folder_for(self, table: str) -> Path:
        """An empty folder that the engine sees, for a small table."""


_ENGINE: ContextVar[Elsewhere | None] = ContextVar("summed_elsewhere", default=None)


@contextmanager
def summed_by(engine: Engine) -> Iterator[None]:
    """Inside this context the engine sums what lands of the feed's parquet."""
    token = _ENGINE.set(Elsewhere(engine))
    try:
        yield
    finally:
        _ENGINE.reset(token)


def elsewhere() -> Elsewhere | None:
    """The engine that sums the feed, None where DuckDB does."""
    return _ENGINE.get()


@dataclass
class Elsewhere:
    """Another engine and what it has answered so far."""

    engine: Engine
    known: dict[tuple[str, ...], str | None] = field(default_factory=dict)

    def sum_up(self, feeds: Sequence[Feed], zone: str, clean: bool = False) -> None:
        """Sum files, many by one statement, so that `parts_of` has them. `clean`: their rows are
        known to be good."""
        groups: dict[tuple[str, bool], list[Feed]] = defaultdict(list)
        for feed in feeds:
            self.known[_key(feed, zone, clean)] = None
            if _is_read_alike(feed):
                groups[feed.layout, is_place(feed.where)].append(feed)
        if sum(feed.size for group in groups.values() for feed in group) < self.engine.least_bytes:
            return
        for _, group in sorted(groups.items()):
            for begin in range(0, len(group), TOGETHER):
                some = group[begin : begin + TOGETHER]
                if not self._sum(some, zone, clean) and len(some) > 1:
                    for one in some:
                        self._sum([one], zone, clean)

    def parts_of(
        self, con: duckdb.DuckDBPyConnection, feed: Feed, zone: str, clean: bool = False
    ) -> str | None:
        """SQL of a file's parts as of `parts_sql`, or None where DuckDB is to sum them."""
        key = _key(feed, zone, clean)
        if key not in self.known:
            self.sum_up([feed], zone, clean)
        parts = self.known[key]
        if parts is None or first(con, f"select 1 from ({parts}) where calls is null limit 1"):
            return None
        return parts

    def _sum(self, feeds: Sequence[Feed], zone: str, clean: bool) -> bool:
        columns = feeds[0].columns
        sql = column_sql(columns, zone, clean=True, dialect=SPARK)
        good = "true" if clean else validity(columns, zone, SPARK)
        rows = rows_sql(sql, "feed", good, "file_index", SPARK)
        month = _month_sql(feeds, zone)
        query = parts_sql(rows, month, "delivery_id,", SPARK)
        answer = self.engine.ask(Request([f.where for f in feeds], _schema(columns), query))
        if answer is None:
            return False
        for place, feed in enumerate(feeds):
            if feed.read == answer.rows[place]:
                self.known[_key(feed, zone, clean)] = (
                    f"select app_id, company_id, month, is_successful, {SUMMED}"
                    f" from {answer.relation} where delivery_id = {place} order by all"
                )
        return True

    def cut(
        self,
        con: duckdb.DuckDBPyConnection,
        feeds: Sequence[Feed],
        zone: str,
        clean: bool,
        query: str,
        pieces: str,
    ) -> str | None:
        """SQL of the sums of pieces; `query` gives them, in this engine's dialect, from the rows
        of these files of one layout and from the table `pieces`, which goes out. None where
        DuckDB is to sum them."""
        size, lie = sum(feed.size for feed in feeds), {is_place(feed.where) for feed in feeds}
        if size < self.engine.least_bytes or not _is_read_alike(feeds[0]) or len(lie) > 1:
            return None
        out = self.engine.folder_for(pieces)
        con.execute(f"copy {pieces} to {quoted(str(out / 'rows.parquet'))} (format parquet)")
        request = Request(
            [feed.where for feed in feeds], _schema(feeds[0].columns), query, {pieces: str(out)}
        )
        answer = self.engine.ask(request)
        if answer is None or list(answer.rows) != [feed.read for feed in feeds]:
            return None
        wide = f"select 1 from {answer.relation} where calls is null limit 1"
        return None if first(con, wide) else f"select * from {answer.relation}"


def _key(feed: Feed, zone: str, clean: bool) -> tuple[str, ...]:
    return feed.where, feed.layout, zone, str(clean)


def _is_read_alike(feed: Feed) -> bool:
    kinds = [kind for _, kind in feed.columns.values()]
    moments = feed.columns["occurred_at"][1] in MOMENTS
    return moments and all(kind in TYPES for kind in kinds)


def _schema(columns: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({(name, TYPES[kind]) for name, kind in columns.values()})


def _month_sql(feeds: Sequence[Feed], zone: str) -> str:
    """The month of a row: by comparison if the statistics show the span, else by the clock."""
    spans = [feed.span for feed in feeds if feed.span is not None]
    if len(spans) == len(feeds):
        return month_sql("occurred_at", zone, (min(s[0] for s in spans), max(s[1] for s in spans)))
    return f"cast(date_trunc('month', {clock_of(zone).sql_day('occurred_at')}) as date)"
