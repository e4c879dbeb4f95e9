"""Where the bytes of usage parquet lie now, path by path.

Belongs here: noting it. Does not: which content is in force (usage_view.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

from ingest.deliveries.discover import Found
from ingest.judging.sql import FRAME

SCHEMA = {"path": pl.String, "size": pl.Int64, "sha256": pl.String}
OVERWRITTEN = f"""
update landing.usage_files as files set size = -1
where path in (select path from {FRAME}) and not exists (
    select 1 from {FRAME} as here
    inner join landing.deliveries as d on d.sha256 = here.sha256
    where here.path = files.path and d.delivery_id = files.delivery_id
)
"""
# Its own path where its bytes still lie there, else the first that holds the same bytes.
MOVED = f"""
update landing.usage_files as files set path = places.path, size = places.size
from (
    select d.delivery_id, arg_min(here.path, (here.path <> f.path, here.path)) as path,
        min(here.size) as size
    from {FRAME} as here
    inner join landing.deliveries as d on d.sha256 = here.sha256 and d.entity = 'usage_events'
    inner join landing.usage_files as f on f.delivery_id = d.delivery_id
    group by d.delivery_id
) as places
where files.delivery_id = places.delivery_id
    and (files.path <> places.path or files.size <> places.size)
"""


def note_places(con: duckdb.DuckDBPyConnection, files: Iterable[Found]) -> None:
    """Note at which path each delivery's bytes lie, given every usage parquet file that is there.

    A delivery whose bytes were overwritten has the size -1, so that nothing is read in its name;
    bytes that lie at several paths are read at one.
    """
    rows = [(str(f.path.resolve()), f.path.stat().st_size, f.sha256) for f in files]
    con.register(FRAME, pl.DataFrame(rows, SCHEMA, orient="row").to_arrow())
    con.execute(OVERWRITTEN)
    con.execute(MOVED)
    con.unregister(FRAME)
