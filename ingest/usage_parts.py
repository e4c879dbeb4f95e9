"""Sums of the usage feed, one set a delivery: what every later run reads instead of the rows.

Belongs here: from the rows of one delivery to its parts. Does not: judging rows (usage.py), cutting
parts where something begins or ends (usage_cuts.py), which deliveries are in force (usage_view.py).

A part sums the rows of one app, month and success; of successful rows also of one company, since
nothing else asks for it. Its first and last moment say on which side of an installation's, a
launch's or a run's edge all of its rows lie, so that no rule needs the rows themselves. Parts rest
on the delivered bytes and the program's zone alone: what else changes makes none of them wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from ingest.sql import first
from ingest.usage_months import month_sql

COLUMNS = (
    "delivery_id, app_id, company_id, month, is_successful, feed_rows, calls, calls_read,"
    " calls_write, first_at, last_at"
)
# Parts of files that are judged but not yet settled.
INCOMING = "usage_incoming"
SUMS = """
    count(*), sum(call_count),
    coalesce(sum(case when method in ('GET', 'HEAD') then call_count end), 0),
    coalesce(sum(case when method in ('POST', 'PUT', 'PATCH', 'DELETE') then call_count end), 0),
    min(occurred_at), max(occurred_at)
"""


def rows_sql(
    columns: Mapping[str, str], source: str, where: str = "true", delivery: str = "''"
) -> str:
    """The rows of a source as parts need them; `columns` is declared column -> SQL.

    Texts stay as the file encodes them, so that what is asked of a text is asked once a word.
    """
    code = columns["response_code"]
    return (
        f"select {delivery} as delivery_id, {columns['app_id']} as app_id,"
        f" case when {code} between 200 and 299 then {columns['company_id']} end as company_id,"
        f" {code} between 200 and 299 as is_successful,"
        f" upper({columns['http_method']}) as method, {columns['call_count']} as call_count,"
        f" {columns['occurred_at']} as occurred_at from {source} where {where}"
    )


def span_of(
    con: duckdb.DuckDBPyConnection, moment: str, source: str, where: str = "true"
) -> tuple[datetime, datetime] | None:
    """The least and greatest moment of a source; for plain columns the file's own statistics."""
    row = first(con, f"select min(moment), max(moment) from (select {moment} as moment"
                     f" from {source} where {where})")  # fmt: skip
    return None if row is None or row[0] is None else (row[0], row[1])


def add_parts(con: duckdb.DuckDBPyConnection, table: str, rows: str, month: str) -> None:
    """Sum rows into a table of parts; `rows` as of `rows_sql`, `month` SQL over them."""
    con.execute(
        f"insert into {table} select delivery_id, app_id, company_id, {month} as month,"
        f" is_successful, {SUMS} from ({rows}) group by all"
    )


def empty_incoming(con: duckdb.DuckDBPyConnection) -> None:
    """Forget parts of files that were judged and never settled."""
    con.execute(f"create or replace temp table {INCOMING} as from landing.usage_parts limit 0")


def settle(con: duckdb.DuckDBPyConnection, delivery_id: str, zone: str) -> None:
    """The incoming parts of an accepted delivery become landed ones."""
    con.execute(f"insert into landing.usage_parts from {INCOMING} where delivery_id = ?",
                [delivery_id])  # fmt: skip
    note_built(con, delivery_id, zone)


def note_built(con: duckdb.DuckDBPyConnection, delivery_id: str, zone: str) -> None:
    """Remember in which zone's months a delivery was summed."""
    con.execute("insert into landing.usage_built values (?, ?)", [delivery_id, zone])


def build(
    con: duckdb.DuckDBPyConnection,
    ids: Sequence[str],
    columns: Mapping[str, str],
    source: str,
    where: str,
    zone: str,
    delivery: str | None = None,
) -> None:
    """Sum landed deliveries anew, over what was summed of them in another zone.

    `delivery` is SQL of each row's delivery, not needed for one alone.
    """
    span = span_of(con, columns["occurred_at"], source, where if delivery else "true")
    month = month_sql(con, "occurred_at", zone, span)
    forget_parts(con, ids)
    rows = rows_sql(columns, source, where, delivery or f"'{ids[0]}'")
    add_parts(con, "landing.usage_parts", rows, month)
    for delivery_id in ids:
        note_built(con, delivery_id, zone)


def forget_parts(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Take away what was summed of deliveries."""
    for table in ("usage_parts", "usage_built"):
        con.execute(f"delete from landing.{table} where list_contains(?, delivery_id)", [list(ids)])
