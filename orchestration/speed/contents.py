"""Digests of a stage's tables, so that a stage is skipped only when they are unchanged.

Belongs here: a digest of each table when it was written, and which tables have changed since.
Does not: what a stage was built from (stages.py), or what is done about a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from ingest.duckdb_memory import limited_memory
from orchestration.speed.code import code_digest

TABLE = """
create table if not exists run.written (
    stage varchar, place varchar, content varchar, written_by varchar)
"""
# For rows in any order: their number, and two sums of a hash of each row, of 64 and of 128 bits.
CONTENT = "select count(*), bit_xor(hash(rows)), sum(hash(rows)) from {rows} as rows"
THERE = """
select schema_name || '.' || table_name from duckdb_tables()
where database_name = current_database()
"""


def _writer() -> str:
    """What a digest depends on besides the rows: another version of the code may have other
    columns, and another DuckDB another hash. A digest by another writer means nothing."""
    return f"duckdb {duckdb.__version__} {code_digest('ingest', 'transforms', 'scoring')}"


def content(con: duckdb.DuckDBPyConnection, rows: str) -> str:
    """A digest of the rows of a table or of a query in brackets; their order does not matter."""
    return repr(con.execute(CONTENT.format(rows=rows)).fetchall())


def record(
    con: duckdb.DuckDBPyConnection, stage: str, places: Iterable[str] | Mapping[str, str]
) -> None:
    """Remember what the stage's tables hold now. A place is a table, or a name for a query."""
    queries = places if isinstance(places, Mapping) else {place: place for place in places}
    with limited_memory(con):
        held = {place: content(con, rows) for place, rows in queries.items()}
    record_as(con, stage, held)


def record_as(con: duckdb.DuckDBPyConnection, stage: str, held: Mapping[str, str]) -> None:
    """Remember what the stage's tables are known to hold, by place."""
    writer = _writer()
    rows = [(stage, place, digest, writer) for place, digest in held.items()]
    con.execute(TABLE)
    con.execute("begin")
    con.execute("delete from run.written where stage = ?", [stage])
    if rows:
        con.executemany("insert into run.written values (?, ?, ?, ?)", rows)
    con.execute("commit")


def recorded(con: duckdb.DuckDBPyConnection, stage: str) -> dict[str, str]:
    """What the stage's tables held when this version recorded them, by place."""
    con.execute(TABLE)
    query = "select place, content from run.written where stage = ? and written_by = ?"
    return dict(con.execute(query, [stage, _writer()]).fetchall())


def forget(con: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Say that the stage's tables are being written: until they are recorded again, nothing is
    known of them."""
    con.execute(TABLE)
    con.execute("delete from run.written where stage = ?", [stage])


def changed(
    con: duckdb.DuckDBPyConnection,
    stage: str,
    queries: Mapping[str, str] | None = None,
    schema: str = "",
) -> list[str]:
    """The places of a stage (only those of one schema, if given) that differ from what it wrote, or
    are gone; none where this version has recorded nothing. `queries` are those that it was recorded
    with. Writes nothing.
    """
    relations = {name for (name,) in con.execute(THERE).fetchall()}
    if "run.written" not in relations:
        return []
    rows = con.execute(
        "select place, content from run.written"
        " where stage = ? and starts_with(place, ?) and written_by = ? order by place",
        [stage, schema and f"{schema}.", _writer()],
    ).fetchall()
    places = []
    with limited_memory(con):
        for place, before in rows:
            query = place if place in relations else None
            if queries is not None:
                query = queries.get(place)
            if query is None or content(con, query) != before:
                places.append(place)
    return places
