"""dbt-postgres on a database of the run's own, in the environment that has it (`make postgres`).

Belongs here: making and dropping that database, rows in and out by COPY, dbt's commands; a file
that that environment's Python runs.
Does not: import anything of this project but its neighbour remote.py; DuckDB (tables.py).
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
from remote import call, run_script, run_tables

DATABASE_VARIABLE = "PLUMBLINE_POSTGRES_DATABASE"
# Texts are ordered by their bytes, as DuckDB orders them, and have the capitals of all languages.
SORTED, LETTERED = "C", os.environ.get("PLUMBLINE_POSTGRES_CTYPE", "C.UTF-8")
# For every connection, whatever the settings of server, database or user. Compiling a model's long
# expressions (jit) takes many times as long as its rows.
OPTIONS = "-c timezone=UTC -c jit=off"
CSV = "(format csv, null '\\N'"


def prepare(_: list[Path]) -> None:
    """Put the server that libpq finds into the environment, where dbt's profile looks for it."""
    with contextlib.closing(_connect(_home_database())) as con:
        info = con.info
        os.environ |= {"PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user}
    os.environ.pop("PGTZ", None)
    os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} {OPTIONS}"
    # Named before dbt parses, since the parsed models contain the name.
    os.environ[DATABASE_VARIABLE] = f"plumbline_{uuid.uuid4().hex[:12]}"


def build(manifest: Any, folder: Path, arguments: list[str]) -> list[dict[str, Any]]:
    """Load FOLDER's sources into a fresh database, run every table, write the tables out."""
    with _fresh_database() as database:
        with contextlib.closing(_connect(database)) as con, con, con.cursor() as cursor:
            for made in sorted(folder.glob("sources/*/*/table.sql")):
                _load(cursor, made)
            cursor.execute("analyze")
        call(manifest, "prepare_database", arguments)
        results = run_tables(manifest, folder, arguments)
        with contextlib.closing(_connect(database)) as con, con.cursor() as cursor:
            for model in results:
                node = manifest.nodes[model["unique_id"]]
                if model["status"] == "success" and node.config.materialized == "table":
                    _write_out(cursor, node.schema, node.name, folder)
    return results


def _load(cursor: Any, made: Path) -> None:
    schema = made.parent.parent.name
    cursor.execute(f'create schema if not exists "{schema}"')
    cursor.execute(made.read_text("utf-8"))
    into = f'copy "{schema}"."{made.parent.name}" from stdin {CSV}, header)'
    with made.with_name("rows.csv").open(encoding="utf-8", newline="") as rows:
        cursor.copy_expert(into, rows)


def _write_out(cursor: Any, schema: str, name: str, folder: Path) -> None:
    """A table as FOLDER/models/<schema>/<name>/rows.csv; a list is JSON."""
    cursor.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        (schema, name),
    )
    columns = ", ".join(
        f'to_json("{column}") as "{column}"' if kind == "ARRAY" else f'"{column}"'
        for column, kind in cursor.fetchall()
    )
    place = folder / "models" / schema / name
    place.mkdir(parents=True)
    rows = (
        f'copy (select {columns} from "{schema}"."{name}") to stdout {CSV}, header, force_quote *)'
    )
    with (place / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        cursor.copy_expert(rows, file)


@contextlib.contextmanager
def _fresh_database() -> Iterator[str]:
    """A database that is dropped when the build ends, however it ends."""
    name = os.environ[DATABASE_VARIABLE]
    _command(
        f"create database {name} template template0 encoding 'UTF8'"
        f" lc_collate '{SORTED}' lc_ctype '{LETTERED}'"
    )
    try:
        yield name
    finally:
        _command(f"drop database {name} with (force)")


def _command(statement: str) -> None:
    with contextlib.closing(_connect(_home_database())) as con:
        con.autocommit = True
        con.cursor().execute(statement)


def _home_database() -> str:
    """The database to connect to for creating others: PGDATABASE, else the one that every server
    has."""
    return os.environ.get("PGDATABASE") or "postgres"


def _connect(database: str) -> Any:
    return psycopg2.connect(dbname=database, client_encoding="UTF8")


if __name__ == "__main__":
    run_script(prepare, build)
