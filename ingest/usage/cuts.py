"""Cuts parts of the usage feed where something begins or ends, so that each part is on one side.

Belongs here: the instants that may matter, and cutting the few parts that straddle one, from the
rows of those apps and companies alone. Does not: what an instant means; the models decide that.

Every instant that any delivery names is a cut, in force or not. An extra cut changes no sum, so
parts stay right whatever run reads them, and a file is read again only for instants that are new
to it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

import duckdb

from ingest.judging.clock import clock_of
from ingest.usage.dialects import DUCKDB, SPARK, DuckDB
from ingest.usage.elsewhere import Feed, elsewhere
from ingest.usage.feed import source_of
from ingest.usage.parts import COLUMNS, rows_sql, sums_sql
from ingest.usage.values import SPEC, column_sql, exact_path, quoted, validity

# How many files of one layout one statement reads.
TOGETHER = 500
# Company is null for edges of an app as a whole or of everybody; app is null for edges of
# everybody.
EDGES = """
create or replace temp table usage_edges as
with sold as (
    select app_id from landing.apps group by app_id having count(distinct partner_id) > 1
),
days as (
    select app_id, first_launched_on as day from landing.apps
    union
    -- Where an app may pass to another: the day stated, the day after a row came without one, and
    -- the day on which a partner that had it became one with another.
    select app_id, owned_from from landing.apps
    union
    select app_id, <received day> + 1
    from landing.apps where owned_from is null and app_id in (select app_id from sold)
    union
    select apps.app_id, merged.effective_on
    from landing.apps as apps cross join landing.partner_successions as merged
    where apps.partner_id in (select partner_id from landing.partner_successions)
    union
    select app_id, occurred_on from landing.listing_events
    union
    select null, as_of + 1 from run.parameters
),
edges as (
    select app_id, company_id, installed_at as instant from landing.installations
    union
    select app_id, company_id, uninstalled_at from landing.installations
    union
    select app_id, null, <beginning> from days
)
select * from edges where instant is not null
"""
DIGEST = """
select md5(concat_ws(' ', count(*), sum(hash(app_id, company_id, instant)))) from usage_edges
"""
# Deliveries in force that may have parts across an edge, because they have not been examined for
# exactly these edges yet.
UNCUT = """
select delivery_id from landing.usage_built
where edges is distinct from ? and delivery_id in (select delivery_id from landing.usage_in_force)
order by 1
"""
MARK = "update landing.usage_built set edges = ? where list_contains(?, delivery_id)"
OPEN = "<open>"
# The edges that may lie within a part of these deliveries at all.
NEAR = """
create or replace temp table usage_near as
with span as (
    select min(first_at) as first_at, max(last_at) as last_at from landing.usage_parts
    where delivery_id in (<open>)
)
select edges.* from usage_edges as edges
inner join span on edges.instant > span.first_at and edges.instant <= span.last_at
"""
MATCH = """
{put}
select parts.delivery_id, parts.app_id, parts.company_id, parts.month, parts.is_successful,
    parts.first_at, parts.last_at, edges.instant
from landing.usage_parts as parts
inner join usage_near as edges
    on {on} and edges.instant > parts.first_at and edges.instant <= parts.last_at
where parts.delivery_id in (<open>)
"""
# Each kind of edge is a statement of its own: of several in one, DuckDB would first put aside all
# parts to read them again.
MATCHES = tuple(
    MATCH.format(put=put, on=on)
    for put, on in (
        (
            "create or replace temp table usage_straddled as",
            "edges.app_id = parts.app_id and edges.company_id = parts.company_id",
        ),
        (
            "insert into usage_straddled",
            "edges.app_id = parts.app_id and edges.company_id is null",
        ),
        ("insert into usage_straddled", "edges.app_id is null"),
    )
)
# Pieces of the parts that straddle an edge, each from one edge up to and without the next.
PIECES = """
create or replace temp table usage_pieces as
with instants as (
    select distinct * from usage_straddled
    union
    select distinct * replace (first_at as instant) from usage_straddled
)
select *, row_number() over () as nth, coalesce(
    lead(instant) over (partition by delivery_id, app_id, company_id, is_successful, first_at, month
        order by instant),
    last_at + interval 1 microsecond) as until
from instants
"""
# The sums of pieces, from the rows of their sources.
SUMMED_PIECES = """
    select pieces.nth, {sums}
    from ({rows}) as rows
    inner join usage_placed as pieces
        on rows.delivery_id = pieces.place
        and rows.app_id = pieces.app_id
        and coalesce(rows.company_id, '') = coalesce(pieces.company_id, '')
        and rows.is_successful = pieces.is_successful
        and rows.occurred_at >= pieces.instant and rows.occurred_at < pieces.until
    group by pieces.nth
"""
CUT = """
insert into usage_cut
select pieces.delivery_id, pieces.app_id, pieces.company_id, pieces.month, pieces.is_successful,
    summed.* exclude (nth)
from ({summed}) as summed
inner join usage_placed as pieces on summed.nth = pieces.nth
"""
STRADDLING = """
delete from landing.usage_parts as parts using (
    select distinct delivery_id, app_id, company_id, month, is_successful, first_at
    from usage_pieces
) as old
where parts.delivery_id = old.delivery_id and parts.app_id = old.app_id
    and parts.company_id is not distinct from old.company_id and parts.month = old.month
    and parts.is_successful = old.is_successful and parts.first_at = old.first_at
"""
# The pieces of some deliveries, each with the place of its file among those read together.
PLACED = """
create or replace temp table usage_placed as
select pieces.*, files.place
from usage_pieces as pieces
inner join (select unnest(?) as delivery_id, unnest(range(?)) as place) as files
    on files.delivery_id = pieces.delivery_id
"""
HELD = """
select distinct delivery_id from usage_pieces
where delivery_id not in (select delivery_id from landing.usage_files) order by 1
"""
FILES = """
select files.delivery_id, files.path, files.size, d.rows_read, files.layout, files.clean
from landing.usage_files as files
inner join landing.deliveries as d on files.delivery_id = d.delivery_id
where files.delivery_id in (select delivery_id from usage_pieces) order by files.delivery_id
"""


# A part that can't be cut because its rows can't be read any more proves nothing.
STUCK = (
    "delete from usage_pieces where list_contains(?, delivery_id) returning delivery_id",
    "delete from landing.usage_in_force where list_contains(?, delivery_id)",
)


def cut_parts(con: duckdb.DuckDBPyConnection, zone: str, unreadable: Sequence[str] = ()) -> int:
    """Cut every part in force that straddles an instant; returns into how many pieces.

    `unreadable` are deliveries whose rows no longer exist; one that would have to be cut is no
    longer in force.
    """
    if not con.execute("select 1 from landing.usage_in_force limit 1").fetchall():
        return 0
    clock = clock_of(zone)
    edges = EDGES.replace("<received day>", clock.sql_day("_received_at"))
    con.execute(edges.replace("<beginning>", clock.sql_begin("day")))
    edges = con.execute(DIGEST).fetchall()[0][0]
    open_ = [one for (one,) in con.execute(UNCUT, [edges]).fetchall()]
    if not open_:
        con.execute("drop table usage_edges")
        return 0
    held = ", ".join(map(quoted, open_))
    for query in (NEAR, *MATCHES, PIECES):
        con.execute(query.replace(OPEN, held))
    if unreadable:
        stuck = {one for (one,) in con.execute(STUCK[0], [list(unreadable)]).fetchall()}
        con.execute(STUCK[1], [sorted(stuck)])
        open_ = [delivery_id for delivery_id in open_ if delivery_id not in stuck]
    pieces = con.execute("select count(*) from usage_pieces").fetchall()[0][0]
    if pieces:
        con.execute("create or replace temp table usage_cut as from landing.usage_parts limit 0")
        _cut_files(con, zone)
        _cut_rows(con)
        con.execute("begin transaction")
        try:
            con.execute(STRADDLING)
            con.execute(f"insert into landing.usage_parts select {COLUMNS} from usage_cut")
            con.execute(MARK, [edges, open_])
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise
        for name in ("usage_cut", "usage_placed"):
            con.execute(f"drop table {name}")
    else:
        con.execute(MARK, [edges, open_])
    for name in ("usage_edges", "usage_near", "usage_straddled", "usage_pieces"):
        con.execute(f"drop table {name}")
    return pieces


def _cut_files(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    groups: dict[tuple[str, bool], list[tuple[str, Feed]]] = defaultdict(list)
    for delivery_id, path, size, rows, layout, clean in con.execute(FILES).fetchall():
        feed = Feed(path, size, json.loads(layout), rows)
        groups[layout, clean].append((delivery_id, feed))
    for (_, clean), members in sorted(groups.items()):
        for begin in range(0, len(members), TOGETHER):
            some = members[begin : begin + TOGETHER]
            con.execute(PLACED, [[delivery_id for delivery_id, _ in some], len(some)])
            _cut(con, _of_files(con, [feed for _, feed in some], zone, clean))


def _of_files(con: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], zone: str, clean: bool) -> str:
    """SQL of the sums of pieces from files of one layout."""
    stored = feeds[0].columns

    def summed(source: str, dialect: DuckDB) -> str:
        columns = column_sql(stored, zone, clean=True, dialect=dialect)
        good = "true" if clean else validity(stored, zone, dialect)
        return _summed(con, columns, source, good, "file_index", dialect)

    other = elsewhere()
    if other is not None:
        cut = other.cut(con, feeds, zone, clean, summed("feed", SPARK), "usage_placed")
        if cut is not None:
            return cut
    paths = ", ".join(exact_path(feed.where) for feed in feeds)
    return summed(source_of(f"[{paths}]"), DUCKDB)


def _summed(
    con: duckdb.DuckDBPyConnection,
    columns: Mapping[str, str],
    source: str,
    good: str,
    place: str,
    dialect: DuckDB = DUCKDB,
) -> str:
    """SQL of the sums of the rows of pieces; `place` is SQL for the place in `usage_placed`.

    Rows that belong to no piece are removed before anything else is done to them.
    """
    query = "select bool_or(company_id is null) from usage_placed"
    by_app = con.execute(query).fetchall()[0][0]
    names = ("app_id",) if by_app else ("app_id", "company_id")
    wanted = f"({', '.join([place, *(columns[name] for name in names)])})"
    where = f"{wanted} in (select place, {', '.join(names)} from usage_placed) and {good}"
    rows = rows_sql(columns, source, where, place, dialect)
    return SUMMED_PIECES.format(sums=sums_sql(dialect), rows=rows)


def _cut(con: duckdb.DuckDBPyConnection, summed: str) -> None:
    con.execute(CUT.format(summed=summed))


def _cut_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Cut parts of deliveries whose rows are in the warehouse."""
    held = [delivery_id for (delivery_id,) in con.execute(HELD).fetchall()]
    if held:
        con.execute(PLACED.replace("range(?)", "?"), [held, held])
        columns = {column.name: column.name for column in SPEC.columns}
        _cut(con, _summed(con, columns, "landing.usage_rows", "true", "_delivery_id"))
