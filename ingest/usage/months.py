"""The month of a usage row in the program's zone, by comparison instead of a conversion a row.

Belongs here: the instants at which months begin, the SQL that finds a row's month by them. Does
not: reading files (usage.py) or what is summed by month (usage_parts.py).
"""

from __future__ import annotations

from datetime import datetime

import duckdb

# A span of more months than this is converted row by row: one file hardly ever holds it.
MOST_MONTHS = 60
# Offsets of zones are whole quarters of an hour, so that a month begins on one; no zone is further
# from UTC than 26 hours.
STARTS = """
with edges as (
    select unnest(generate_series(
        date_trunc('month', $first::timestamp), date_trunc('month', $last::timestamp)
            + interval 1 month, interval 1 month)) as edge
),
grid as (
    select unnest(generate_series(
        edge - interval 26 hour, edge + interval 26 hour, interval 15 minute)) as instant
    from edges
)
select cast(date_trunc('month', timezone($zone, timezone('UTC', instant))) as date)::varchar,
    min(instant)::varchar
from grid group by 1 having min(instant) <= $last::timestamp order by min(instant)
"""


def month_sql(
    con: duckdb.DuckDBPyConnection, moment: str, zone: str, span: tuple[datetime, datetime] | None
) -> str:
    """SQL that gives the first day of a moment's month in the zone.

    `moment` is SQL of a timestamp in UTC, `span` its least and greatest value, None without rows.
    """
    if span is None:
        return "cast(null as date)"
    first, last = span
    if (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
        text = zone.replace("'", "''")
        return f"cast(date_trunc('month', timezone('{text}', timezone('UTC', {moment}))) as date)"
    starts = con.execute(STARTS, {"first": first, "last": last, "zone": zone}).fetchall()
    # The grid begins in the month before, whose own start is of no interest.
    arms = [
        f"when {moment} < timestamp '{start}' then date '{starts[i][0]}'"
        for i, (_, start) in enumerate(starts[1:])
    ]
    latest = f"date '{starts[-1][0]}'"
    return f"case {' '.join(arms)} else {latest} end" if arms else latest
