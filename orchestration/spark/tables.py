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
    """Write every source that tables rest on as FOLDER/sources/<schema>/<name>/rows.parquet.

    Not what views alone show: the usage feed stays where it is.
    """
    for unique_id in sorted(_behind_tables(manifest) & set(manifest["sources"])):
        source = manifest["sources"][unique_id]
        place = folder / "sources" / source["schema"] / source["name"]
        place.mkdir(parents=True)
        table = f'{source["schema"]}."{source["name"]}"'
        rows = f"select {_exact_columns(con, table)} from {table}"
        con.execute(f"copy ({rows}) to {_text(place / 'rows.parquet')} (format parquet)")


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


def _exact_columns(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """A table's columns; DuckDB would write a hugeint to parquet as a float."""
    columns = con.execute(f"describe {table}").fetchall()
    return ", ".join(
        f'cast("{name}" as decimal(38, 0)) as "{name}"' if kind == "HUGEINT" else f'"{name}"'
        for name, kind, *_ in columns
    )


def _behind_tables(manifest: Manifest) -> set[str]:
    """The models that are tables, and everything that they are made from."""
    open_ids = [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["config"]["materialized"] == "table"
    ]
    found: set[str] = set()
    while open_ids:
        unique_id = open_ids.pop()
        if unique_id not in found:
            found.add(unique_id)
            open_ids += manifest["parent_map"].get(unique_id, [])
    return found


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
