"""Where the bytes of usage parquet are now: a path on this machine, or a place in a store.

Belongs here: noting it, and whether they are still there. Does not: which content is in force
(view.py), or reading from a store (ingest/sources/in_place.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl

from ingest.deliveries.discover import LandingFile, digest
from ingest.judging.sql import FRAME
from ingest.sources.in_place import is_place, is_unchanged, place_of

SCHEMA = {"path": pl.String, "size": pl.Int64, "sha256": pl.String}
OVERWRITTEN = f"""
update landing.usage_files as files set size = -1
where path in (select path from {FRAME}) and not exists (
    select 1 from {FRAME} as here
    inner join landing.deliveries as d on d.sha256 = here.sha256
    where here.path = files.path and d.delivery_id = files.delivery_id
)
"""
# A delivery's own path if its bytes are still there, else the first path with the same bytes.
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


def still_exists(where: str, size: int | None) -> bool:
    """Whether bytes of this size (for a place: this very version) are still where they were. Raises
    StoreError if a store does not answer."""
    if is_place(where):
        # A delivery whose bytes were overwritten has a size that none of its places has.
        return place_of(where).size == size and is_unchanged(where)
    path = Path(where)
    return path.is_file() and path.stat().st_size == size


def unchanged(where: str, size: int | None, sha256: str) -> bool:
    """Whether the bytes of a digest are still where they were; a version of an object never
    changes."""
    if is_place(where):
        return still_exists(where, size)
    return Path(where).is_file() and digest(Path(where)) == sha256


def note_places(con: duckdb.DuckDBPyConnection, files: Iterable[LandingFile]) -> None:
    """Note the path of each delivery's bytes, given every usage parquet file that exists.

    A delivery whose bytes were overwritten has the size -1, so that nothing is read for it; bytes
    at several paths are read from one.
    """
    rows = [(f.where, f.size, f.sha256) for f in files]
    con.register(FRAME, pl.DataFrame(rows, SCHEMA, orient="row").to_arrow())
    con.execute(OVERWRITTEN)
    con.execute(MOVED)
    con.unregister(FRAME)
