"""One column of an arrow table as text in the contract's form, whatever type it is stored as.

Belongs here: types to text. Does not: files (parquet.py), or whether a text meets the contract
(judging/literals.py).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ingest.judging.table import Refused, storable

Texts = list[str | None]
SINGLE, DOUBLE = 2**24, 2**53
"""From here on neighbouring whole numbers are one and the same float."""
MAYBE_INEXACT = r"e|^-?[0-9]{8,}\.0$"


@dataclass
class ColumnText:
    """A column's texts, and the places of values that cannot be turned into text."""

    texts: Texts
    unreadable: frozenset[int] = frozenset()


def column_text(column: pa.ChunkedArray, kind: str | None, name: str) -> ColumnText:
    """The texts of a column; `kind` is the declared one, None for a column that is not ours.

    Bytes are text where they are UTF-8, an identifier of 16 bytes by its usual form. Refused, with
    the column's name, where our own column holds something other than single values (a list, an
    interval).
    """
    column = _plain(column)
    dtype = column.type
    if pa.types.is_string(dtype) or pa.types.is_large_string(dtype):
        return _strings(column)
    if _is_bytes(dtype):
        return _bytes(column)
    if pa.types.is_decimal256(dtype):
        return ColumnText([_decimal(value) for value in column.to_pylist()])
    if _is_simple(dtype):
        frame = pl.from_arrow(pa.table({name: column}))
        assert isinstance(frame, pl.DataFrame)
        return ColumnText(frame.select(_text(name, frame.schema[name], kind))[name].to_list())
    if kind is not None:
        raise Refused("type", f"column {name} is stored as {dtype}; give one value per row", name)
    return ColumnText([_whole(value) for value in _values(column)])


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without its packing: dictionaries, runs and extensions are replaced by their
    values."""
    dtype = column.type
    if isinstance(dtype, pa.BaseExtensionType):
        stored = pa.chunked_array(
            [chunk.storage for chunk in column.chunks], type=dtype.storage_type
        )
        if dtype.extension_name == "arrow.uuid":
            return pa.chunked_array(
                [[None if v is None else str(uuid.UUID(bytes=v)) for v in stored.to_pylist()]],
                type=pa.string(),
            )
        return _plain(stored)
    if pa.types.is_dictionary(dtype):
        return _plain(column.cast(dtype.value_type))
    if pa.types.is_run_end_encoded(dtype):
        chunks = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return _plain(pa.chunked_array(chunks, type=dtype.value_type))
    if pa.types.is_string_view(dtype):
        return column.cast(pa.large_string())
    if pa.types.is_binary_view(dtype):
        return column.cast(pa.large_binary())
    if pa.types.is_float16(dtype):
        return column.cast(pa.float32())
    if pa.types.is_timestamp(dtype) and dtype.tz is not None:
        # Arrow keeps the instant in UTC, whatever zone it is labelled with.
        return column.cast(pa.timestamp(dtype.unit, "UTC"))
    return column


def _is_bytes(dtype: pa.DataType) -> bool:
    is_any = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(one(dtype) for one in is_any)


def _is_simple(dtype: pa.DataType) -> bool:
    tests: tuple[Callable[[pa.DataType], bool], ...] = (
        pa.types.is_null,
        pa.types.is_boolean,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_time,
    )
    return any(test(dtype) for test in tests)


def _strings(column: pa.ChunkedArray) -> ColumnText:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        # A writer put the text of another encoding into a column of text.
        return _bytes(column.cast(pa.large_binary()))
    return ColumnText(column.to_pylist())


def _bytes(column: pa.ChunkedArray) -> ColumnText:
    texts: Texts = []
    unreadable = set()
    for place, value in enumerate(column.to_pylist()):
        try:
            texts.append(None if value is None else value.decode())
        except UnicodeDecodeError:
            texts.append(f"0x{value.hex()}")
            unreadable.add(place)
    return ColumnText(texts, frozenset(unreadable))


def _decimal(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The values as Python's, each as the library's own text where Python has no such value."""
    try:
        return column.to_pylist()
    except (ValueError, OverflowError, NotImplementedError, pa.ArrowException):
        return [str(value) if value.is_valid else None for value in column]


def _whole(value: Any) -> str | None:
    """The text of a value that is kept in the raw row but is not read as one of our columns."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, dict, tuple)):
        return storable(json.dumps(value, default=_inside, ensure_ascii=False))
    return str(value)


def _inside(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _decimal_text(column: pl.Expr) -> pl.Expr:
    text = column.cast(pl.String)
    trimmed = text.str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.when(text.str.contains(".", literal=True)).then(trimmed).otherwise(text)


def _written_out(texts: pl.Series, inexact: int) -> pl.Series:
    """Numbers such as 1e-7 without an exponent, but those whose last digits a float cannot hold
    with one, as a spreadsheet shows them: 4.51E+17 is never taken for an identifier."""
    odd = texts.filter(texts.str.contains(MAYBE_INEXACT)).unique()
    values = {text: Decimal(text) for text in odd.drop_nulls()}
    shown = {
        text: format(value, "f") if abs(value) < inexact else format(float(value), ".14E")
        for text, value in values.items()
    }
    return texts.replace(list(shown), list(shown.values())) if shown else texts


def _moment_text(column: pl.Expr, kind: str | None, zone: str | None) -> pl.Expr:
    if zone is not None:
        column = column.dt.replace_time_zone(None)
    # Cut, not rounded, to the microsecond: rounding could move a moment past the end of a month.
    text = column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    if kind in ("date", "month"):
        # Some writers have no plain dates, so a midnight counts as one.
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
        # The shortest decimal that reads back as this number; whole numbers without a point. Some
        # writers put NaN where there is no value.
        inexact = SINGLE if dtype == pl.Float32 and kind == "text" else DOUBLE
        written = partial(_written_out, inexact=inexact)
        shortest = column.fill_nan(None).cast(pl.String).map_batches(written, pl.String)
        return shortest.str.replace(r"\.0$", "")
    if dtype == pl.Date:
        return _day_text(column, kind)
    if isinstance(dtype, pl.Datetime):
        return _moment_text(column, kind, dtype.time_zone)
    return column.cast(pl.String)
