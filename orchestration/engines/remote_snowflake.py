"""dbt-snowflake on schemas of the run's own, in the environment that has it (`make snowflake`).

Belongs here: making and dropping those schemas, rows in and out, dbt's commands; a file that that
environment's Python runs.
Does not: import anything of this project but its neighbours remote*.py; DuckDB (tables.py).
"""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from remote import run_script, run_tables
from remote_snowflake_session import connect, keep_meaning
from snowflake.connector.constants import FIELD_ID_TO_NAME

RUN_VARIABLE = "PLUMBLINE_SNOWFLAKE_RUN"
BEGINNING_VARIABLE = "PLUMBLINE_SNOWFLAKE_SCHEMA"
COPIED = "file_format = (type = parquet use_logical_type = true)"
COPIED += " match_by_column_name = case_insensitive"

# Days and moments come as texts, because these have no limits for years and because fakesnow sends
# nulls correctly only in texts.
WRITTEN = {"DATE": "YYYY-MM-DD", "TIMESTAMP_NTZ": "YYYY-MM-DD HH24:MI:SS.FF6"}


def prepare(_: list[Path]) -> None:
    """Put the settings of every session in place."""
    keep_meaning()
    # Named before dbt parses, since the parsed models contain the name.
    beginning = os.environ.get(BEGINNING_VARIABLE) or "plumbline"
    os.environ[RUN_VARIABLE] = f"{beginning}_{uuid.uuid4().hex[:12]}"


def build(manifest: Any, folder: Path, arguments: list[str]) -> list[dict[str, Any]]:
    """Load FOLDER's sources into schemas of this build, run every table, write the tables out."""
    tables = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    places = sorted(folder.glob("sources/*/*"))
    schemas = {_in_run(place.parent.name) for place in places} | {n.schema for n in tables}
    with contextlib.closing(connect()) as con, con.cursor() as cursor:
        try:
            for schema in sorted(schemas):
                cursor.execute(f"create schema if not exists {schema}")
            for place in places:
                _load(cursor, place)
            results = run_tables(manifest, folder, arguments)
            for model in results:
                node = manifest.nodes[model["unique_id"]]
                if model["status"] == "success" and node.config.materialized == "table":
                    _write_out(cursor, node.schema, node.name, folder)
        finally:
            for schema in sorted(schemas):
                cursor.execute(f"drop schema if exists {schema} cascade")
    return results


def _in_run(schema: str) -> str:
    return f"{os.environ[RUN_VARIABLE]}_{schema}"


def _load(cursor: Any, place: Path) -> None:
    schema, rows = _in_run(place.parent.name), place / "rows.parquet"
    table = f"{schema}.{place.name}"
    columns = (place / "columns.sql").read_text("utf-8")
    cursor.execute(f"create or replace transient table {table} {columns}")
    if rows.exists():
        stage = f"@{schema}.%{place.name}"
        cursor.execute(f"put 'file://{rows}' {stage} auto_compress = false overwrite = true")
        cursor.execute(f"copy into {table} from {stage} {COPIED}")


def _write_out(cursor: Any, schema: str, name: str, folder: Path) -> None:
    """A table as FOLDER/models/<schema of the model>/<name>/*.parquet, names in small letters."""
    place = folder / "models" / schema.removeprefix(_in_run("")) / name
    place.mkdir(parents=True)
    table = f"{schema}.{name}"
    described = cursor.describe(f"select * from {table}")
    columns = [(c.name, WRITTEN.get(FIELD_ID_TO_NAME[c.type_code])) for c in described]
    listed = ", ".join(
        f"to_varchar(\"{column}\", '{form}')" if form else f'"{column}"' for column, form in columns
    )
    cursor.execute(f"select {listed} from {table}")
    names = [column.lower() for column, _ in columns]
    number = 0
    for part in cursor.fetch_arrow_batches():
        pq.write_table(part.rename_columns(names), place / f"rows-{number}.parquet")
        number += 1
    if not number:
        # Its columns are compared with the contract all the same.
        empty = pa.table({name: pa.array([], pa.string()) for name in names})
        pq.write_table(empty, place / "rows.parquet")


if __name__ == "__main__":
    run_script(prepare, build)
