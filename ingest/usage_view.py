"""Which usage rows are in force: the view `landing.usage_events` and the months it covers.

Belongs here: per path the latest delivery known at the run's moment. Does not: judging files.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from ingest.contract import entity
from ingest.sql import first
from ingest.usage import column_sql, exact_path, quoted, source_of, validity

SPEC = entity("usage_events")
NAMED_MONTH = re.compile(rf"{SPEC.name}-([0-9]{{4}}-(?:0[1-9]|1[0-2]))")


@dataclass(frozen=True)
class Attached:
    """What the view reads: parquet files and csv deliveries in force, and the files that can't be
    read because they were taken away or overwritten since."""

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


IN_FORCE = """
with known as (
    select d.delivery_id, d.file, d.received_at, f.path, f.size, f.layout, f.clean
    from landing.deliveries as d
    left join landing.usage_files as f on f.delivery_id = d.delivery_id
    where d.entity = 'usage_events' and d.status = 'accepted'
)
select delivery_id, file, received_at, path, size, layout, clean
from known
where cast(? as timestamp) is null or received_at <= ?
qualify row_number() over (partition by file order by received_at desc, delivery_id desc) = 1
order by file
"""


def known_at(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """The run's `--known-at` moment (UTC without a zone), or None."""
    row = first(con, "select max(known_at) from run.parameters")
    return row[0] if row else None


def _available(entry: _InForce) -> bool:
    """Parquet is read in place: only while its own bytes lie at the path."""
    if entry.path is None:
        return True
    path = Path(entry.path)
    return path.is_file() and path.stat().st_size == entry.size


def _parquet_select(layout: str, clean: bool, members: list[_InForce]) -> str:
    """One scan of all files that share a layout; provenance by the file's place in the list."""
    sql = column_sql(json.loads(layout), clean)
    columns = ", ".join(f"{value} as {name}" for name, value in sql.items())
    paths = "[" + ", ".join(exact_path(str(m.path)) for m in members) + "]"

    def by_file(values: list[str]) -> str:
        return f"list_extract([{', '.join(values)}], cast(file_index + 1 as bigint))"

    ids = by_file([quoted(m.delivery_id) for m in members])
    files = by_file([quoted(m.file) for m in members])
    moments = by_file([f"timestamp {quoted(str(m.received_at))}" for m in members])
    where = "" if clean else f" where {validity(sql)}"
    return (
        f"select {columns}, {ids} as _delivery_id, {files} as _file, {moments} as _received_at"
        f" from {source_of(paths)}{where}"
    )


def _view_sql(entries: list[_InForce]) -> str:
    groups: dict[tuple[str, bool], list[_InForce]] = defaultdict(list)
    for entry in entries:
        if entry.path is not None:
            groups[str(entry.layout), bool(entry.clean)].append(entry)
    selects = [_parquet_select(*key, members) for key, members in sorted(groups.items())]
    names = ", ".join(c.name for c in SPEC.columns)
    ids = ", ".join(quoted(e.delivery_id) for e in entries if e.path is None)
    rows = f"select {names}, _delivery_id, _file, _received_at from landing.usage_rows"
    selects.append(f"{rows} where _delivery_id in ({ids})" if ids else f"{rows} where false")
    return "create or replace view landing.usage_events as " + " union all ".join(selects)


def _cover(con: duckdb.DuckDBPyConnection, moment: datetime | None) -> None:
    """Months with a row in force, and those that a header-only file names (semantics 2).

    A header-only file covers its month even when its bytes are known, that is as a duplicate.
    """
    con.execute("delete from landing.covered_months where entity = ?", [SPEC.name])
    con.execute(
        "insert into landing.covered_months"
        " select ?, m.month, d.delivery_id, d.file, d.received_at"
        f" from ({IN_FORCE}) as d inner join landing.usage_months as m"
        " on m.delivery_id = d.delivery_id order by m.month, d.file",
        [SPEC.name, moment, moment],
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
            con.execute("insert into landing.covered_months values (?, ?, ?, ?, ?)",
                        [SPEC.name, month, delivery_id, file, received_at])  # fmt: skip


def attach_usage(con: duckdb.DuckDBPyConnection) -> Attached:
    """Rebuild `landing.usage_events` and `landing.covered_months` for the run's known-at moment.

    To be called after every landing of usage and whenever `run.parameters.known_at` changes.
    """
    moment = known_at(con)
    rows = con.execute(IN_FORCE, [moment, moment]).fetchall()
    entries = [_InForce(*row) for row in rows]
    ready = [entry for entry in entries if _available(entry)]
    con.execute(_view_sql(ready))
    _cover(con, moment)
    return Attached(
        files=tuple(str(e.path) for e in ready if e.path is not None),
        csv_deliveries=sum(e.path is None for e in ready),
        unavailable=tuple(e.file for e in entries if not _available(e)),
    )
