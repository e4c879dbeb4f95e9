"""Parquet files of small entities to rows of text.

Belongs here: typed columns as the literals of the contract. Does not: the usage feed, which is
read in place (usage.py) and never passes through here.
"""

from __future__ import annotations

import io

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.judging.contract import Entity
from ingest.judging.headers import fold
from ingest.judging.table import RawTable, Refused
from ingest.readers.delimited import MOST_COLUMNS

# A few packed bytes can unfold to more than a machine holds.
MOST_VALUES = 50_000_000


def open_table(data: bytes) -> pa.Table:
    """The file as an arrow table; Refused when it is cut short or no parquet at all."""
    if not data:
        raise Refused("empty", "the file is empty; deliver it again")
    try:
        meta = pq.read_metadata(io.BytesIO(data))
        if meta.num_rows * meta.num_columns > MOST_VALUES:
            told = f"the file holds {meta.num_rows} rows of {meta.num_columns} columns"
            raise Refused("size", f"{told}; deliver it in parts")
        return pq.read_table(io.BytesIO(data), use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        told = str(error).splitlines()[0]
        raise Refused("unreadable", f"no readable parquet ({told}); deliver it again") from error


def _decimal_text(column: pl.Expr) -> pl.Expr:
    text = column.cast(pl.String)
    trimmed = text.str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.when(text.str.contains(".", literal=True)).then(trimmed).otherwise(text)


def _moment_text(column: pl.Expr, kind: str | None, zone: str | None) -> pl.Expr:
    if zone is not None:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    text = column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    if kind in ("date", "month"):
        # Some writers know no plain date: a midnight is one.
        day = column.dt.date()
        is_day = column.cast(pl.Datetime("us")) == day.cast(pl.Datetime("us"))
        return pl.when(is_day).then(_day_text(day, kind)).otherwise(text)
    return text


def _day_text(column: pl.Expr, kind: str | None) -> pl.Expr:
    text = column.dt.strftime("%Y-%m-%d")
    if kind == "month":
        return pl.when(column.dt.day() == 1).then(text.str.slice(0, 7)).otherwise(text)
    return text


def _text(name: str, dtype: pl.DataType, kind: str | None) -> pl.Expr:
    """One column as text, written the way the contract's literals are."""
    column = pl.col(name)
    if isinstance(dtype, pl.Decimal):
        return _decimal_text(column)
    if dtype.is_float():
        # The shortest decimal that reads back as this number; whole numbers without a point.
        return column.cast(pl.String).str.replace(r"\.0$", "")
    if dtype == pl.Boolean:
        return column.cast(pl.String)
    if dtype == pl.Date:
        return _day_text(column, kind)
    if isinstance(dtype, pl.Datetime):
        return _moment_text(column, kind, dtype.time_zone)
    if dtype == pl.Binary:
        return column.cast(pl.String, strict=False)
    if dtype.is_nested():
        raise Refused("type", f"column {name} is nested; one value a row", name)
    return column.cast(pl.String)


def read_rows(data: bytes, spec: Entity) -> RawTable:
    """The rows of a parquet file as text; row numbers as if its header were row 1."""
    table = open_table(data)
    if table.num_columns > MOST_COLUMNS:
        raise Refused("size", f"the file has {table.num_columns} columns; is this the file?")
    header = tuple(table.column_names)
    kinds = {fold(c.name): c.kind for c in spec.columns}
    # Two columns may share a name; the judge refuses that by the header, so places are the names.
    frame = pl.from_arrow(table.rename_columns([str(i) for i in range(len(header))]))
    assert isinstance(frame, pl.DataFrame)
    texts = frame.select(
        _text(str(i), frame.schema[str(i)], kinds.get(fold(name))) for i, name in enumerate(header)
    )
    return RawTable(
        spec.name, header, texts.rows(), [n + 2 for n in range(texts.height)] if header else []
    )
