"""Sums of the usage feed, one set per delivery, which every later run reads instead of the rows.

Belongs here: from the rows of one delivery to its parts. Does not: judging rows (feed.py), cutting
parts where something begins or ends (cuts.py), which deliveries are in force (view.py).

A part sums the rows of one app, month and success, and for successful rows of one company; nothing
needs the company of the others. Its first and last moment show on which side of an installation, a
launch or the run's day all of its rows are, so that no rule needs the rows themselves. Parts depend
only on the delivered bytes and the program's zone: no other change makes them wrong, and those of
an interrupted landing are simply summed again. `landing.usage_built` names the zone of parts that
are complete; it is empty while a delivery is being summed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from ingest.judging.sql import first
from ingest.usage.dialects import DUCKDB, DuckDB
from ingest.usage.months import month_sql
from ingest.usage.values import trimmed

SUMMED = "feed_rows, calls, calls_read, calls_write, first_at, last_at"
COLUMNS = f"delivery_id, app_id, company_id, month, is_successful, {SUMMED}"
# Methods that read, then those that write; the list is looked up once per distinct word of the
# file.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# One row per month is read quickly even where there are many parts.
MONTHS_OF = """
insert into landing.usage_part_months
select delivery_id, month, sum(feed_rows), max(last_at) from landing.usage_parts
where delivery_id in (select unnest(?)) group by 1, 2
"""


def sums_sql(dialect: DuckDB = DUCKDB) -> str:
    """What is summed over the rows of one part, named as in SUMMED."""
    add = dialect.adding
    return (
        f"count(*) as feed_rows, {add}(call_count) as calls,"
        f" {add}(case when method <= 2 then call_count else 0 end) as calls_read,"
        f" {add}(case when method > 2 then call_count else 0 end) as calls_write,"
        " min(occurred_at) as first_at, max(occurred_at) as last_at"
    )


def parts_sql(rows: str, month: str, key: str = "", dialect: DuckDB = DUCKDB) -> str:
    """The parts of rows as of `rows_sql`; `key` is an expression and a comma, where more than one
    delivery is among them."""
    group = f"{key} app_id, company_id, {month}, is_successful"
    shown = f"{key} app_id, company_id, {month} as month, is_successful"
    return f"select {shown}, {sums_sql(dialect)} from ({rows}) as rows group by {group}"


def rows_sql(
    columns: Mapping[str, str],
    source: str,
    where: str = "true",
    delivery: str = "''",
    dialect: DuckDB = DUCKDB,
) -> str:
    """The rows of a source as parts need them; `columns` is declared column -> SQL, `delivery` SQL
    of a row's own delivery.

    Texts stay as the file encodes them, so that each test runs once per distinct text.
    """
    code = columns["response_code"]
    method = f"upper({trimmed(columns['http_method'], dialect)})"
    return (
        f"select {delivery} as delivery_id, {columns['app_id']} as app_id,"
        f" case when {code} between 200 and 299 then {columns['company_id']} end as company_id,"
        f" {code} between 200 and 299 as is_successful,"
        f" {dialect.position(method, METHODS)} as method,"
        f" {columns['call_count']} as call_count,"
        f" {columns['occurred_at']} as occurred_at from {source} where {where}"
    )


def span_of(
    con: duckdb.DuckDBPyConnection, moment: str, source: str, where: str = "true"
) -> tuple[datetime, datetime] | None:
    """The least and greatest moment of a source; for plain columns the file's own statistics."""
    row = first(
        con,
        f"select min(moment), max(moment) from (select {moment} as moment"
        f" from {source} where {where})",
    )
    return None if row is None or row[0] is None else (row[0], row[1])


def add_parts(con: duckdb.DuckDBPyConnection, ids: Sequence[str], parts: str, zone: str) -> None:
    """Write the parts of deliveries, replacing earlier sums of them.

    `parts` gives them as SQL: COLUMNS, without `delivery_id` where it is one delivery, in the
    months of `zone`.
    """
    forget_parts(con, ids)
    con.execute("insert into landing.usage_built select unnest(?), null, null", [list(ids)])
    # The id of a single delivery is not used as a key: it would be hashed and kept with every row.
    delivery = f"'{ids[0]}', " if len(ids) == 1 else ""
    con.execute(
        f"insert into landing.usage_parts select {delivery}summed.* from ({parts}) as summed"
    )
    con.execute(MONTHS_OF, [list(ids)])
    con.execute(
        "update landing.usage_built set time_zone = ? where list_contains(?, delivery_id)",
        [zone, list(ids)],
    )


def build(
    con: duckdb.DuckDBPyConnection,
    ids: Sequence[str],
    columns: Mapping[str, str],
    source: str,
    where: str,
    zone: str,
    delivery: str | None = None,
) -> None:
    """Sum the rows of a source; `delivery` is SQL of a row's delivery, not needed for one alone."""
    span = span_of(con, columns["occurred_at"], source, where if delivery else "true")
    month = month_sql("occurred_at", zone, span)
    rows = rows_sql(columns, source, where, delivery or "''")
    add_parts(con, ids, parts_sql(rows, month, "delivery_id," if len(ids) > 1 else ""), zone)


def counted(con: duckdb.DuckDBPyConnection, delivery_id: str) -> tuple[int, datetime | None]:
    """How many rows a delivery's parts sum, and their latest moment."""
    query = (
        "select coalesce(sum(feed_rows), 0)::bigint, max(last_at) from landing.usage_part_months"
        " where delivery_id = ?"
    )
    return first(con, query, [delivery_id]) or (0, None)


def forget_parts(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Delete the sums of deliveries."""
    query = "select delivery_id from landing.usage_built where list_contains(?, delivery_id)"
    known = [delivery_id for (delivery_id,) in con.execute(query, [list(ids)]).fetchall()]
    if known:
        named = ", ".join(f"'{delivery_id}'" for delivery_id in known)
        for table in ("usage_parts", "usage_part_months", "usage_built"):
            con.execute(f"delete from landing.{table} where delivery_id in ({named})")
