"""The month of a usage row in the program's zone, by comparison instead of a conversion per row.

Belongs here: the instants at which months begin, and the SQL that finds a row's month by them.
Does not: reading files (feed.py) or what is summed by month (parts.py).
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from ingest.judging.clock import clock_of

# A span of more months than this is converted row by row: one file hardly ever holds it.
MOST_MONTHS = 60


def month_sql(moment: str, zone: str, span: tuple[datetime, datetime] | None) -> str:
    """SQL that gives the first day of a moment's month in the zone.

    `moment` is SQL of a timestamp in UTC, `span` its least and greatest value, None without rows.
    """
    if span is None:
        return "cast(null as date)"
    first, last = span
    clock = clock_of(zone)
    if (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
        return f"cast(date_trunc('month', {clock.sql_day(moment)}) as date)"
    months = [clock.day(first).replace(day=1)]
    while (after := next_month(months[-1])) <= clock.day(last):
        months.append(after)
    arms = [
        f"when {moment} < timestamp '{clock.begin(after)}' then date '{month}'"
        for month, after in pairwise(months)
    ]
    latest = f"date '{months[-1]}'"
    return f"case {' '.join(arms)} else {latest} end" if arms else latest


def next_month(month: date) -> date:
    """The first day of the month after a first day."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
