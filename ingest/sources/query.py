"""The rows of a query in one of the company's own databases, as one delivery.

Belongs here: running the query and writing its result as a file. Does not: judging it. The driver
is Apache Arrow's for databases (ADBC); PostgreSQL's is installed with the product.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.sources.fetched import Fetched, SourceError, digest, place

DRIVERS = {
    "postgresql": "adbc_driver_postgresql.dbapi",
    "snowflake": "adbc_driver_snowflake.dbapi",
    "bigquery": "adbc_driver_bigquery.dbapi",
}
# How a bound value is marked in the query; other drivers use a question mark.
MARKS = {"postgresql": "$1"}
# Drivers that cannot bind a moment, only its text.
BY_TEXT = ("snowflake",)


def fetch(
    spec: Mapping[str, Any], landing: Path, state: dict[str, Any], now: datetime | None = None
) -> list[Fetched]:
    """The query's rows as one parquet file named after the moment; no file if they are unchanged.

    `spec`: driver, uri, query, into, and incremental {column, overlap_days}. With `incremental`
    only rows from the last pull's greatest value minus the overlap are requested, so that rows
    written late are not lost between two pulls. The file's own metadata states query, moment and
    number of rows. `state` keeps the greatest value, the columns and the digest. A column that
    came, went or changed its type since the last pull is reported. `now` in UTC. Raises
    SourceError.
    """
    import importlib

    for needed in ("driver", "uri", "query", "into"):
        if not spec.get(needed):
            raise SourceError(f"sql: {needed}: is missing")
    if spec["driver"] not in DRIVERS:
        raise SourceError(f"sql: no driver {spec['driver']!r}; there are {', '.join(DRIVERS)}")
    try:
        driver = importlib.import_module(DRIVERS[spec["driver"]])
    except ImportError:
        package = DRIVERS[spec["driver"]].split(".")[0].replace("_", "-")
        raise SourceError(f"sql: the driver is not installed: pip install {package}") from None
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    query, parameters = _query(spec, state)
    try:
        with driver.connect(spec["uri"]) as connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            table = _plain(cursor.fetch_arrow_table())
    except driver.Error as error:
        words = " ".join(str(error).split()).replace(str(spec["uri"]), "…")
        raise SourceError(f"sql: {words}") from None
    columns = {field.name: str(field.type) for field in table.schema}
    note = _changed(state.get("columns"), columns)
    mark = digest(_parquet(table, {}))
    if mark == state.get("digest") or not table.num_rows:
        state["columns"] = columns
        return [Fetched("query", rows=table.num_rows, note=note or "nothing new")]
    metadata = {"query": query, "moment": moment.isoformat(), "rows": str(table.num_rows)}
    content = _parquet(table, metadata)
    name = f"{spec.get('name', 'query')}-{moment:%Y%m%dT%H%M%SZ}.parquet"
    written = place(landing, str(spec["into"]), name, content)
    state |= {"columns": columns, "digest": mark}
    if spec.get("incremental"):
        state["greatest"] = _greatest(table, str(spec["incremental"]["column"]), state)
    return [Fetched("query", written, len(content), table.num_rows, note)]


def _parquet(table: Any, metadata: Mapping[str, str]) -> bytes:
    """The table as a file, with `metadata` written into it."""
    import pyarrow.parquet as pq

    file = io.BytesIO()
    with pq.ParquetWriter(file, table.schema, compression="zstd", store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(dict(metadata))
    return file.getvalue()


def _query(spec: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    query = str(spec["query"]).strip().rstrip(";")
    incremental = spec.get("incremental")
    if not incremental or "greatest" not in state:
        return query, ()
    column = str(incremental["column"])
    if not column.replace("_", "").isalnum():
        raise SourceError(f"sql: incremental: {column!r} is not a column's name")
    kind, text = state["greatest"]
    value: Any = int(text) if kind == "int" else datetime.fromisoformat(text)
    if kind != "int":
        value -= timedelta(days=float(incremental.get("overlap_days", 1)))
        value = value.date() if kind == "date" else value
    if spec["driver"] in BY_TEXT and kind != "int":
        value = value.isoformat(*([" "] if isinstance(value, datetime) else []))
    mark = MARKS.get(str(spec["driver"]), "?")
    return f"select * from ({query}) as rows_of_query where {column} >= {mark}", (value,)


def _greatest(table: Any, column: str, state: Mapping[str, Any]) -> tuple[str, str]:
    import pyarrow.compute as pc

    # Snowflake writes names that nobody quoted in capitals.
    column = next((n for n in table.column_names if n.lower() == column.lower()), column)
    if column not in table.column_names:
        raise SourceError(f"sql: incremental: the query gives no column {column!r}")
    greatest = pc.max(table[column]).as_py()
    if greatest is None:
        return tuple(state.get("greatest", ("int", "0")))
    kind = "int" if isinstance(greatest, int) else "moment"
    kind = "date" if isinstance(greatest, date) and not isinstance(greatest, datetime) else kind
    if kind == "int":
        return kind, str(greatest)
    return kind, datetime.fromisoformat(str(greatest)).isoformat()


def _plain(table: Any) -> Any:
    """Numbers that Arrow's driver returns as text in a special type, as plain text."""
    import pyarrow as pa

    columns, fields = [], []
    for field in table.schema:
        column, kind = table[field.name], field.type
        if isinstance(kind, pa.BaseExtensionType):
            column = pa.chunked_array(
                [chunk.storage for chunk in column.chunks], type=kind.storage_type
            )
        columns.append(column)
        fields.append(pa.field(field.name, column.type))
    return pa.table(columns, schema=pa.schema(fields))


def _changed(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str | None:
    if before is None or before == now:
        return None
    came = [f"{name} came" for name in now if name not in before]
    went = [f"{name} went" for name in before if name not in now]
    kinds = [
        f"{name} was {before[name]} and is {kind}"
        for name, kind in now.items()
        if name in before and before[name] != kind
    ]
    return "the query's columns have changed: " + ", ".join([*came, *went, *kinds])
