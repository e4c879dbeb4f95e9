"""Parquet files of small entities to rows of text.

Belongs here: opening a file, its rows, and those that cannot be text. Does not: types
(arrow_text.py), or the usage feed, which is read in place (usage/feed.py).
"""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.judging.contract import Entity
from ingest.judging.headers import fold, match
from ingest.judging.table import BrokenRow, Fault, RawTable, Refused, refusing
from ingest.readers.arrow_text import ColumnText, column_text
from ingest.readers.delimited import MOST_COLUMNS

# A few packed bytes can unfold to more than a machine holds.
MOST_VALUES = 50_000_000
MOST_BYTES = 1 << 30


def open_table(data: bytes) -> pa.Table:
    """The file as an arrow table; Refused when it is cut short or no parquet at all."""
    if not data:
        raise Refused("empty", "the file is empty; deliver it again")
    with refusing("no readable parquet"):
        meta = pq.read_metadata(io.BytesIO(data))
        if meta.num_rows * meta.num_columns > MOST_VALUES:
            size = f"the file holds {meta.num_rows} rows of {meta.num_columns} columns"
            raise Refused("size", f"{size}; deliver it in parts")
        unpacked = sum(meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
        if unpacked > MOST_BYTES:
            size = f"the file unfolds to {unpacked} bytes, more than {MOST_BYTES}"
            raise Refused("size", f"{size}; deliver it in parts")
        return pq.read_table(io.BytesIO(data), use_threads=False)


def read_rows(data: bytes, spec: Entity) -> RawTable:
    """The rows of a parquet file as text; row numbers as if its header were row 1.

    A row without any value does not count. Bytes that are not text break their row when they are in
    a column that is ours or that a column map may read; elsewhere they are kept in hexadecimal.
    Refused for too many columns, or a column that cannot be read.
    """
    table = open_table(data)
    if table.num_columns > MOST_COLUMNS:
        raise Refused("size", f"the file has {table.num_columns} columns; is this the file?")
    header = tuple(table.column_names)
    kinds = {fold(c.name): c.kind for c in spec.columns}
    is_ours = not match(spec, header).missing
    columns = []
    for place, name in enumerate(header):
        kind = kinds.get(fold(name))
        with refusing(f"column {name} can't be read"):
            read = column_text(table.column(place), kind, name)
        columns.append(ColumnText(read.texts) if is_ours and kind is None else read)
    return _table(spec, header, columns)


def _table(spec: Entity, header: tuple[str, ...], columns: list[ColumnText]) -> RawTable:
    result = RawTable(spec.name, header)
    odd = frozenset[int]().union(*(column.unreadable for column in columns))
    for place, row in enumerate(zip(*(column.texts for column in columns), strict=True)):
        if not any(value and value.strip() for value in row):
            continue
        number = place + 2
        if place not in odd:
            result.rows.append(row)
            result.row_numbers.append(number)
            continue
        faults = tuple(
            _no_text(number, name, row[at] or "")
            for at, (name, column) in enumerate(zip(header, columns, strict=True))
            if place in column.unreadable
        )
        result.broken.append(BrokenRow(number, faults, row))
    return result


def _no_text(number: int, name: str, shown: str) -> Fault:
    message = f"{name} holds bytes that are not UTF-8 text; write the column as UTF-8"
    return Fault("encoding", message, number, None, name, shown[:200])
