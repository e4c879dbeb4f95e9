"""Checks between the landed tables, after every landing.

Belongs here: reconciling deliveries with the rows in the tables. Does not: deliveries as they come
in (suites.py), or whether the data is right (dbt's tests).
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ingest.expectations.suites import CRITICAL, CheckResult
from ingest.judging.contract import entities

RECONCILES = """
select delivery_id, file from landing.deliveries
where rows_read <> rows_accepted + rows_quarantined + rows_duplicate
    or least(rows_read, rows_accepted, rows_quarantined, rows_duplicate) < 0
order by file, delivery_id
"""
REFUSED_LANDED_NOTHING = """
select delivery_id, file from landing.deliveries
where status in ('refused', 'duplicate') and rows_accepted <> 0
order by file, delivery_id
"""
IDS_UNIQUE = """
select delivery_id, min(file) from landing.deliveries
group by delivery_id having count(*) > 1 order by 1
"""
QUARANTINE_COMPLETE = """
select d.delivery_id, d.file
from landing.deliveries as d
left join (
    -- Two sheets of a workbook may hold rows of one number.
    select
        delivery_id,
        count(distinct ("row", regexp_extract(cell, '^(.+)![A-Z]+[0-9]+$', 1))) as listed
    from landing.quarantine where "row" is not null group by delivery_id
) as q on q.delivery_id = d.delivery_id
where d.rows_quarantined <> coalesce(q.listed, 0) and d.entity <> 'usage_events'
order by d.file, d.delivery_id
"""
# Sums are only cut, never summed again, even for files whose rows can no longer be read.
USAGE_SUMMED = """
select held.delivery_id, held._file
from landing.usage_in_force as held
inner join landing.deliveries as d on d.delivery_id = held.delivery_id
left join (
    select delivery_id, sum(feed_rows) as summed from landing.usage_parts group by delivery_id
) as parts on parts.delivery_id = held.delivery_id
where d.rows_accepted <> coalesce(parts.summed, 0)
order by held._file, held.delivery_id
"""


def _counts_query() -> str:
    """Accepted rows as delivered and as landed, for entities whose rows land unchanged in
    number."""
    tables = [
        (spec.name, spec.name)
        for spec in entities()
        if spec.name not in ("usage_events", "fx_rates")
    ]
    tables.append(("crossbeam_api", "crossbeam_records"))
    counted = " union all ".join(
        f"select '{name}' as entity, _delivery_id, count(*) as landed from landing.{table}"
        " group by _delivery_id"
        for name, table in tables
    )
    names = ", ".join(f"'{name}'" for name, _ in tables)
    return f"""
        select coalesce(d.delivery_id, l._delivery_id), coalesce(d.file, l.entity)
        from (select * from landing.deliveries where entity in ({names})) as d
        full join ({counted}) as l
            on l._delivery_id = d.delivery_id and l.entity = d.entity
        where coalesce(d.rows_accepted, 0) <> coalesce(l.landed, 0)
        order by 2, 1
    """


def _keys_query() -> str:
    """Landed rows in which a key column is null that may not be empty."""
    parts = [
        f"select _delivery_id, _file from landing.{spec.name} where "
        + " or ".join(
            f'"{c.name}" is null' for c in spec.columns if c.name in spec.key and not c.optional
        )
        for spec in entities()
        if spec.key and spec.name != "usage_events"
    ]
    return " union all ".join(parts) + " order by 2, 1"


def _checks() -> Iterator[tuple[str, str, str]]:
    yield "reconciles", RECONCILES, "every row read is accepted, quarantined or a duplicate"
    yield "refused_lands_nothing", REFUSED_LANDED_NOTHING, "refused files land no row"
    yield "ids_unique", IDS_UNIQUE, "every delivery has an id of its own"
    yield "quarantine_complete", QUARANTINE_COMPLETE, "every quarantined row is in the quarantine"
    yield "rows_landed", _counts_query(), "the accepted rows are in their tables, and no others"
    yield "usage_summed", USAGE_SUMMED, "every row of the usage in force is summed once"
    yield "keys_filled", _keys_query(), "every landed row has its key"


def landed_checks(con: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Compare the landed tables with the deliveries; `failing` are delivery ids."""
    results = []
    for name, query, sentence in _checks():
        rows = con.sql(query).fetchall()
        message = sentence
        if rows:
            files = sorted({file for _, file in rows})
            named = ", ".join(files[:10])
            remedy = "move the warehouse away and run again, which lands every file again"
            message = f"{sentence}: not so for {named}; {remedy}"
        failing = tuple(sorted({row[0] for row in rows}))
        results.append(CheckResult(f"landed.{name}", not rows, CRITICAL, message, "", failing))
    return results
