"""When a quarantined row was put right, by something accepted later that takes its place.

Belongs here: `landing.unread_rows.put_right_at` (semantics 2). Does not: which rows are visible at
a given moment (models compare the two times), or the work list for people (mend.py).
"""

from __future__ import annotations

import re
from typing import Any

import duckdb
import polars as pl

from ingest.deliveries.receipt_order import LINES
from ingest.judging.contract import Entity, entity
from ingest.judging.sql import FRAME
from ingest.quarantine.mend import encoded

MEND = re.compile(r"-mend-([0-9a-f]{16})-(.*)\.[^.]*$")
PLACES = "(later._received_at, later._file, coalesce(later._row, 0))"
OWN_PLACE = "(unread._received_at, unread._file, coalesce(unread._row, 0))"
SET = """
update landing.unread_rows as unread
set put_right_at = least(coalesce(unread.put_right_at, later.since), later.since)
from ({later}) as later
where unread.source = $source and later.id = unread.rowid
"""
# An accepted row with the same key, received later or further down in the same file.
BY_KEY = """
select unread.rowid as id, min(later._received_at) as since
from landing.unread_rows as unread
inner join landing.{name} as later on {same} and {later_place} > {own_place}
where unread.entity = '{name}' and unread.row_key is not null
group by all
"""
# The months of a reseller's rows that a faulty one may belong to: its own, else the only one that
# the file's other rows of that reseller name.
MONTHS = """
months as (
    select unread.rowid as id, unread.partner_id, unread._received_at, unread._file,
        coalesce(any_value(unread.report_month), case when count(distinct others.month) = 1
            then min(others.month) end) as month
    from landing.unread_rows as unread
    left join (
        select _delivery_id, partner_id, report_month as month from landing.subscription_lines
        union
        select _delivery_id, partner_id, report_month from landing.unread_rows
        where entity = 'subscription_lines' and report_month is not null
    ) as others using (_delivery_id, partner_id)
    where unread.entity = 'subscription_lines'
    group by unread.rowid, unread.partner_id, unread._received_at, unread._file
)
"""
# A reseller's report of the month delivered again without a fault, or declared without sales and
# not taken back since.
BY_REPORT = f"""
with {MONTHS},
clean as (
    select distinct lines.partner_id, lines.report_month as month, lines._received_at, lines._file
    from landing.subscription_lines as lines
    where not exists (
        select 1 from landing.unread_rows as faulty
        where faulty._delivery_id = lines._delivery_id
            and faulty.partner_id = lines.partner_id
            and (faulty.report_month is null or faulty.report_month = lines.report_month)
    )
    union
    select reports.partner_id, reports.report_month, reports._received_at, reports._file
    from landing.reports as reports
    where (reports.declares_no_sales and not exists (
        select 1 from landing.reports as later
        where later.partner_id = reports.partner_id and later.report_month = reports.report_month
            and not later.declares_no_sales
            and (later._received_at, later._file, coalesce(later._row, 0))
                > (reports._received_at, reports._file, coalesce(reports._row, 0))
    )) or exists (
        select 1 from landing.deliveries as beside
        where beside.file = reports._file and beside.received_at = reports._received_at
            and beside.entity = 'subscription_lines' and beside.status = 'accepted'
            and beside.rows_quarantined = 0
    )
)
select months.id, min(clean._received_at) as since
from months
inner join clean
    on clean.partner_id = months.partner_id and clean.month = months.month
    and (clean._received_at, clean._file) > (months._received_at, months._file)
group by all
"""
# For the other entities of a refused workbook: the report of its cover's month, accepted later.
BY_COVER = """
select unread.rowid as id, min(reports._received_at) as since
from landing.unread_rows as unread
inner join landing.reports as reports
    on reports.partner_id = unread.partner_id and reports.report_month = unread.report_month
    and (reports._received_at, reports._file) > (unread._received_at, unread._file)
where unread.whole_file and unread.row_key is null and unread.entity <> 'subscription_lines'
group by all
"""
# The same path delivered again: what is accepted there replaces a refused file, and a row whose key
# cannot be read is right again once the path has no faulty row any more.
BY_PATH = """
select unread.rowid as id, min(again.received_at) as since
from landing.unread_rows as unread
inner join landing.deliveries as again
    on again.file = unread._file and again.received_at > unread._received_at
    and again.status = 'accepted'
where unread.whole_file
    or (again.entity = unread.entity and again.rows_quarantined = 0
        and (unread.row_key is null
            or (unread.entity = 'subscription_lines' and unread.report_month is null)))
group by all
"""
BY_MENDING = f"""
select unread.rowid as id, min(mended.received_at) as since
from landing.unread_rows as unread
inner join {FRAME} as mended
    on mended.delivery_id = unread._delivery_id
    and (mended.partner_id is null or mended.partner_id = unread.partner_id)
where mended.received_at > unread._received_at
group by all
"""


def put_right(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Rewrite `put_right_at` of every row of a source; null where nothing has put it right."""
    con.execute("update landing.unread_rows set put_right_at = null where source = ?", [source])
    names = [
        name
        for (name,) in con.execute(
            "select distinct entity from landing.unread_rows where source = ? order by 1", [source]
        ).fetchall()
    ]
    if not names:
        return
    for name in names:
        spec = entity(name)
        if name == LINES:
            _set(con, source, BY_REPORT)
        elif spec.key:
            _set(con, source, _by_key(spec))
    _set(con, source, BY_PATH)
    if source == "reseller_reports":
        _set(con, source, BY_COVER)
    _by_mending(con, source)


def _set(con: duckdb.DuckDBPyConnection, source: str, later: str) -> None:
    con.execute(SET.format(later=later), {"source": source})


def _by_key(spec: Entity) -> str:
    same = " and ".join(
        f'later."{name}" = try_cast(unread.row_key ->> {place} as {spec.column(name).sql_type})'
        for place, name in enumerate(spec.key)
    )
    return BY_KEY.format(name=spec.name, same=same, later_place=PLACES, own_place=OWN_PLACE)


def _by_mending(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Rows put right by accepted files that `quarantine export` wrote: their names say what they
    mend."""
    files = con.execute(
        "select file, received_at from landing.deliveries where source = ?"
        " and status = 'accepted' and contains(file, '-mend-') order by file, received_at",
        [source],
    ).fetchall()
    marks = [(*match.groups(), at) for file, at in files if (match := MEND.search(file))]
    if not marks:
        return
    partners = con.execute(
        "select distinct partner_id from landing.unread_rows where partner_id is not null"
    ).fetchall()
    by_name = {encoded(partner): partner for (partner,) in partners} | {encoded(None): None}
    rows = [(d, by_name[name], at) for d, name, at in marks if name in by_name]
    schema: dict[str, Any] = {
        "delivery_id": pl.String,
        "partner_id": pl.String,
        "received_at": pl.Datetime("us"),
    }
    con.register(FRAME, pl.DataFrame(rows, schema, orient="row").to_arrow())
    _set(con, source, BY_MENDING)
    con.unregister(FRAME)
