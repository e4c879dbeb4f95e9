"""Tables between the two engines: the models' sources out as parquet, their results back in.

Belongs here: reading and writing the folder between them. Does not: running either engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

Manifest = dict[str, Any]


def put_out_sources(con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> None:
    """Write every source of the models as FOLDER/sources/<schema>/<name>/rows.parquet."""
    for source in manifest["sources"].values():
        place = folder / "sources" / source["schema"] / source["name"]
        place.mkdir(parents=True)
        table = f'{source["schema"]}."{source["name"]}"'
        con.execute(f"copy (from {table}) to {_text(place / 'rows.parquet')} (format parquet)")


def fill_tables(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path, built: Iterable[str]
) -> None:
    """Put the rows of FOLDER/models/<schema>/<name>/ into the warehouse's empty tables.

    Each value is cast to its column's type; columns that are not the table's own, or a value that
    does not fit, raise duckdb.Error. Rows are laid in one order, as Spark promises none.
    """
    for unique_id in sorted(built):
        node = manifest["nodes"][unique_id]
        if node["config"]["materialized"] == "view":
            continue
        files = folder / "models" / node["schema"] / node["name"] / "*.parquet"
        table = f'{node["schema"]}."{node["name"]}"'
        con.execute(f"delete from {table}")
        con.execute(f"insert into {table} by name from read_parquet({_text(files)}) order by all")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
