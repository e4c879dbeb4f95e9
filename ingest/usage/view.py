"""Which usage is in force: `landing.usage_in_force`, the view `usage_events`, the covered months.

Belongs here: per path the latest delivery known at the run's moment, the same bytes once, each
summed and cut as the run needs it. Does not: judging files, summing (parts.py) or cutting
(cuts.py).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from ingest.deliveries.settings import settings_of
from ingest.judging.contract import entity
from ingest.judging.sql import first, insert
from ingest.sources.in_place import attach, is_place
from ingest.sources.objects import StoreError
from ingest.usage.cuts import cut_parts
from ingest.usage.elsewhere import Feed, elsewhere
from ingest.usage.feed import build_file, source_of
from ingest.usage.parts import build
from ingest.usage.places import still_exists
from ingest.usage.values import column_sql, exact_path, quoted, validity

SPEC = entity("usage_events")
# How many objects' heads are requested at the same time.
ASKED_AT_ONCE = 8
NAMED_MONTH = re.compile(rf"{SPEC.name}-([0-9]{{4}}-(?:0[1-9]|1[0-2]))")


@dataclass(frozen=True)
class Attached:
    """What the view of rows reads: parquet files and csv deliveries in force, and the files that
    can't be read because they were removed or overwritten since. Their sums stay in force
    (semantics 2), unless a new edge falls inside one of them."""

    files: tuple[str, ...]
    csv_deliveries: int
    unavailable: tuple[str, ...]


@dataclass(frozen=True)
class _InForce:
    delivery_id: str
    file: str
    received_at: datetime
    path: str | None
    size: int | None
    layout: str | None
    clean: bool | None
    rows: int


# The newest content of each path; the same bytes at several paths count once.
IN_FORCE = """
with latest as (
    select file, sha256, received_at
    from landing.deliveries
    where entity = 'usage_events' and status in ('accepted', 'duplicate')
        and (cast(? as timestamp) is null or received_at <= ?)
    qualify row_number() over (partition by file order by received_at desc, delivery_id desc) = 1
),
once as (
    select * from latest
    qualify row_number() over (partition by sha256 order by received_at, file) = 1
)
select d.delivery_id, once.file, once.received_at, f.path, f.size, f.layout, f.clean,
    d.rows_read
from once
inner join landing.deliveries as d
    on d.sha256 = once.sha256 and d.entity = 'usage_events' and d.status = 'accepted'
left join landing.usage_files as f on f.delivery_id = d.delivery_id
order by once.file
"""
HELD: dict[str, pl.DataType] = {
    "delivery_id": pl.String(),
    "_file": pl.String(),
    "_received_at": pl.Datetime("us"),
}


def known_at(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """The run's `--known-at` moment (UTC without a zone), or None."""
    row = first(con, "select max(known_at) from run.parameters")
    return row[0] if row else None


def _unavailable(entries: list[_InForce], built: set[str]) -> list[_InForce]:
    """The entries whose own bytes are no longer at their path: parquet is read in place.

    If a store does not answer, the sums of its objects stay in force; StoreError if any of them is
    not summed yet.
    """

    def gone(entry: _InForce) -> bool:
        if entry.path is None:
            return False
        try:
            return not still_exists(entry.path, entry.size)
        except StoreError:
            if entry.delivery_id in built:
                return True
            raise

    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return [
            one for one, is_gone in zip(entries, pool.map(gone, entries), strict=True) if is_gone
        ]


def _parquet_select(layout: str, clean: bool, members: list[_InForce], zone: str) -> str:
    """One scan of all files that share a layout; provenance by the file's place in the list."""
    stored = json.loads(layout)
    sql = column_sql(stored, zone, clean=True)
    columns = ", ".join(f"{value} as {name}" for name, value in sql.items())
    paths = "[" + ", ".join(exact_path(str(m.path)) for m in members) + "]"

    def by_file(values: list[str]) -> str:
        return f"list_extract([{', '.join(values)}], cast(file_index + 1 as bigint))"

    ids = by_file([quoted(m.delivery_id) for m in members])
    files = by_file([quoted(m.file) for m in members])
    moments = by_file([f"timestamp {quoted(str(m.received_at))}" for m in members])
    where = "" if clean else f" where {validity(stored, zone)}"
    return (
        f"select {columns}, {ids} as _delivery_id, {files} as _file, {moments} as _received_at"
        f" from {source_of(paths)}{where}"
    )


def _view_sql(entries: list[_InForce], zone: str) -> str:
    groups: dict[tuple[str, bool], list[_InForce]] = defaultdict(list)
    for entry in entries:
        if entry.path is not None:
            groups[str(entry.layout), bool(entry.clean)].append(entry)
    selects = [_parquet_select(*key, members, zone) for key, members in sorted(groups.items())]
    names = ", ".join(c.name for c in SPEC.columns)
    selects.append(
        f"select {names}, _delivery_id, held._file, held._received_at from landing.usage_rows"
        " inner join landing.usage_in_force as held on held.delivery_id = _delivery_id"
    )
    return "create or replace view landing.usage_events as " + " union all ".join(selects)


def _cover(con: duckdb.DuckDBPyConnection, moment: datetime | None) -> None:
    """Months with a row in force, and those that a header-only file names (semantics 2).

    A file whose sums can't be used any more covers nothing: no figure may depend on it.

    A header-only file covers its month even if it is a duplicate because its bytes are known.
    """
    con.execute("delete from landing.covered_months where entity = ?", [SPEC.name])
    con.execute(
        "insert into landing.covered_months"
        " select ?, m.month, d.delivery_id, d._file, d._received_at"
        " from landing.usage_in_force as d inner join landing.usage_part_months as m"
        " on m.delivery_id = d.delivery_id order by m.month, d._file",
        [SPEC.name],
    )
    empty = con.execute(
        "select delivery_id, file, received_at from landing.deliveries"
        " where entity = ? and rows_read = 0 and status <> 'refused'"
        " and (cast(? as timestamp) is null or received_at <= ?) order by file, received_at",
        [SPEC.name, moment, moment],
    ).fetchall()
    for delivery_id, file, received_at in empty:
        named = NAMED_MONTH.fullmatch(Path(file).stem)
        if named:
            month = date.fromisoformat(f"{named[1]}-01")
            con.execute(
                "insert into landing.covered_months values (?, ?, ?, ?, ?)",
                [SPEC.name, month, delivery_id, file, received_at],
            )


def put_in_force(con: duckdb.DuckDBPyConnection) -> Attached:
    """Make `landing.usage_events` and `landing.usage_calls` those of the run's moment and zone."""
    moment = known_at(con)
    entries = [_InForce(*row) for row in con.execute(IN_FORCE, [moment, moment]).fetchall()]
    zone = settings_of(con).time_zone
    built = _built(con, zone)
    gone = _unavailable(entries, built)
    ready = [entry for entry in entries if entry not in gone]
    summed = [entry for entry in gone if entry.delivery_id in built]
    if any(entry.path is not None and is_place(entry.path) for entry in ready):
        attach(con)
    con.execute("delete from landing.usage_in_force")
    held = [(e.delivery_id, e.file, e.received_at) for e in entries if e in ready or e in summed]
    insert(con, "landing.usage_in_force", pl.DataFrame(held, HELD, orient="row"))
    con.execute(_view_sql(ready, zone))
    _sum_up(con, [entry for entry in ready if entry.delivery_id not in built], zone)
    cut_parts(con, zone, unreadable=[entry.delivery_id for entry in summed])
    return Attached(
        files=tuple(str(e.path) for e in ready if e.path is not None),
        csv_deliveries=sum(e.path is None for e in ready),
        unavailable=tuple(entry.file for entry in gone),
    )


def _built(con: duckdb.DuckDBPyConnection, zone: str) -> set[str]:
    """The deliveries that are summed by the months of this zone."""
    built = con.execute("select delivery_id from landing.usage_built where time_zone = ?", [zone])
    return {delivery_id for (delivery_id,) in built.fetchall()}


def _sum_up(con: duckdb.DuckDBPyConnection, missing: list[_InForce], zone: str) -> None:
    """Sum the deliveries in force that were not summed yet, or were summed by another zone's
    months."""
    feeds = {
        entry: Feed(entry.path, entry.size or 0, json.loads(str(entry.layout)), entry.rows)
        for entry in missing
        if entry.path is not None
    }
    other = elsewhere()
    if other is not None:
        for clean in (True, False):
            some = [feed for entry, feed in feeds.items() if bool(entry.clean) == clean]
            other.sum_up(some, zone, clean)
    for entry, feed in feeds.items():
        build_file(con, entry.delivery_id, feed, zone, bool(entry.clean))
    rows = [entry.delivery_id for entry in missing if entry.path is None]
    if rows:
        ids = ", ".join(quoted(delivery_id) for delivery_id in rows)
        columns = {c.name: c.name for c in SPEC.columns}
        build(
            con,
            rows,
            columns,
            "landing.usage_rows",
            f"_delivery_id in ({ids})",
            zone,
            "_delivery_id",
        )


def attach_usage(con: duckdb.DuckDBPyConnection) -> Attached:
    """Rebuild what is in force, and `landing.covered_months`, for the run's known-at moment.

    To be called after every landing of usage and whenever `run.parameters` change.
    """
    attached = put_in_force(con)
    _cover(con, known_at(con))
    return attached
