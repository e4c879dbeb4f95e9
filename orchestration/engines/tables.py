"""Tables between two engines: the models' sources go out as files, their results come back.

Belongs here: reading and writing the folder between them. Does not: running either engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

from transforms.generate import RESERVED

Manifest = dict[str, Any]


# Writes a table (its quoted name) into a folder; makes SQL that reads a table's rows from a folder.
Write = Callable[[duckdb.DuckDBPyConnection, str, Path], None]
Read = Callable[[duckdb.DuckDBPyConnection, str, Path], str]


def put_out_sources(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    folder: Path,
    write: Write,
    first: str | None = None,
) -> None:
    """Write what the engine reads into FOLDER/sources/<schema>/<name>/, and the names of the models
    that it builds from that, a line each, into FOLDER/models.txt.

    These are all tables and what they are made from; with `first`, the name of a model, only that
    one and what is made from it, and the tables between are read as they are in the warehouse.
    Sources that only views read are left out: the usage feed stays where it is.
    """
    built, read = _built_and_read(manifest, first)
    for unique_id in sorted(read):
        source = manifest["sources"].get(unique_id) or manifest["nodes"][unique_id]
        place = folder / "sources" / source["schema"] / source["name"]
        place.mkdir(parents=True)
        write(con, f'{source["schema"]}."{source["name"]}"', place)
    names = sorted(manifest["nodes"][unique_id]["name"] for unique_id in built)
    (folder / "models.txt").write_text("".join(f"{name}\n" for name in names), "utf-8")


def fill_tables(
    con: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    folder: Path,
    built: Iterable[str],
    read: Read,
) -> None:
    """Put the rows of FOLDER/models/<schema>/<name>/ into the warehouse's empty tables.

    Each value is cast to its column's type; columns that are not the table's own, or a value that
    does not fit, raise duckdb.Error. Rows are inserted in one order, as no other engine promises
    one.
    """
    for unique_id in sorted(built):
        node = manifest["nodes"][unique_id]
        if node["config"]["materialized"] == "view":
            continue
        table = f'{node["schema"]}."{node["name"]}"'
        rows = read(con, table, folder / "models" / node["schema"] / node["name"])
        con.execute(f"delete from {table}")
        con.execute(f"insert into {table} by name {rows} order by all")


def write_parquet(con: duckdb.DuckDBPyConnection, table: str, place: Path) -> None:
    """PLACE/rows.parquet; DuckDB would write a hugeint as a float, so it goes as a decimal."""
    columns = ", ".join(
        f'cast("{name}" as decimal(38, 0)) as "{name}"' if kind == "HUGEINT" else f'"{name}"'
        for name, kind in _columns(con, table)
    )
    rows = f"select {columns} from {table}"
    con.execute(f"copy ({rows}) to {_text(place / 'rows.parquet')} (format parquet)")


def read_parquet(_: duckdb.DuckDBPyConnection, __: str, place: Path) -> str:
    """The rows of PLACE's parquet files."""
    return f"select * from read_parquet({_text(place / '*.parquet')})"


def write_csv(con: duckdb.DuckDBPyConnection, table: str, place: Path) -> None:
    """PLACE/rows.csv, a null as an unquoted \\N, and the statement that makes such a table in
    Postgres as PLACE/table.sql; KeyError for a type that no source has so far."""
    columns = _columns(con, table)
    texts = ", ".join(f'"{name}"' for name, kind in columns if kind == "VARCHAR")
    quoted = f", force_quote ({texts})" if texts else ""
    con.execute(
        f"copy {table} to {_text(place / 'rows.csv')} (format csv, header, nullstr '\\N'{quoted})"
    )
    made = ", ".join(f'"{name}" {_postgres_type(kind)}' for name, kind in columns)
    (place / "table.sql").write_text(f"create table {table} ({made})", "utf-8")


def read_csv(con: duckdb.DuckDBPyConnection, table: str, place: Path) -> str:
    """The rows of PLACE/rows.csv as text; a list is JSON there, and a year before 1 is `BC`."""
    casts = []
    for name, kind in _columns(con, table):
        if kind.endswith("[]"):
            casts.append(f'cast(cast("{name}" as json) as {kind}) as "{name}"')
        elif kind == "DATE":
            casts.append(f"replace(\"{name}\", ' BC', ' (BC)') as \"{name}\"")
    replaced = f" replace ({', '.join(casts)})" if casts else ""
    return (
        f"select *{replaced} from read_csv({_text(place / 'rows.csv')}, header = true,"
        " all_varchar = true, nullstr = '\\N', allow_quoted_nulls = false, delim = ',',"
        " quote = '\"', escape = '\"', max_line_size = 100000000)"
    )


POSTGRES_TYPES = {
    "VARCHAR": "text",
    "JSON": "text",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38, 0)",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}


def _postgres_type(kind: str) -> str:
    return kind if kind.startswith("DECIMAL(") else POSTGRES_TYPES[kind]


def write_for_snowflake(con: duckdb.DuckDBPyConnection, table: str, place: Path) -> None:
    """PLACE/rows.parquet, unless the table has no rows, and the columns of such a table in
    Snowflake as PLACE/columns.sql; KeyError for a type that no source has so far."""
    columns = _columns(con, table)
    if con.execute(f"select 1 from {table} limit 1").fetchone():
        write_parquet(con, table, place)
    made = ", ".join(f"{_in_models(name)} {_snowflake_type(kind)}" for name, kind in columns)
    (place / "columns.sql").write_text(f"({made})", "utf-8")


def read_from_snowflake(con: duckdb.DuckDBPyConnection, table: str, place: Path) -> str:
    """The rows of PLACE's parquet files, each of which may have integers of other widths; a list is
    JSON there."""
    lists = ", ".join(
        f'cast(cast("{name}" as json) as {kind}) as "{name}"'
        for name, kind in _columns(con, table)
        if kind.endswith("[]")
    )
    replaced = f" replace ({lists})" if lists else ""
    files = _text(place / "*.parquet")
    return f"select *{replaced} from read_parquet({files}, union_by_name = true)"


SNOWFLAKE_TYPES = POSTGRES_TYPES | {"HUGEINT": "decimal(38, 0)", "TIMESTAMP": "timestamp_ntz"}


def _snowflake_type(kind: str) -> str:
    return kind if kind.startswith("DECIMAL(") else SNOWFLAKE_TYPES[kind]


def _in_models(name: str) -> str:
    """A column as the models write it: what is not quoted is in capitals there."""
    return f'"{name}"' if name in RESERVED else name


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in con.execute(f"describe {table}").fetchall()]


def _built_and_read(manifest: Manifest, first: str | None) -> tuple[set[str], set[str]]:
    """The models to build, views among them, and the sources and finished tables that they read."""
    nodes = manifest["nodes"]
    wanted = {unique_id for unique_id, node in nodes.items() if _is_table(node)}
    if first is not None:
        start = [unique_id for unique_id in nodes if nodes[unique_id]["name"] == first]
        wanted &= _reached(start, manifest["child_map"])
    built, read, open_ids = set(), set(), list(wanted)
    while open_ids:
        unique_id = open_ids.pop()
        if unique_id not in nodes or (_is_table(nodes[unique_id]) and unique_id not in wanted):
            read.add(unique_id)
        elif unique_id not in built:
            built.add(unique_id)
            open_ids += manifest["parent_map"].get(unique_id, [])
    return built, read


def _is_table(node: Manifest) -> bool:
    return bool(node["config"]["materialized"] == "table")


def _reached(start: list[str], steps: dict[str, list[str]]) -> set[str]:
    """The ids at the start, and those to which any number of steps leads."""
    reached: set[str] = set()
    while start:
        unique_id = start.pop()
        if unique_id not in reached:
            reached.add(unique_id)
            start += steps.get(unique_id, [])
    return reached


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
