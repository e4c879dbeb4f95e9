"""Parquet files spoilt: columns of other types, gone or twice, nulls, fewer rows.

Belongs here: parquet. Does not: values (spoilt_values.py).
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingest.spoilt_values import HOSTILE, Mutant


def _latin(rows: int) -> pa.Array:
    offsets = pa.array(range(0, 4 * rows + 1, 4), pa.int32()).buffers()[1]
    return pa.Array.from_buffers(
        pa.string(), rows, [None, offsets, pa.py_buffer(b"Caf\xe9" * rows)]
    )


def _nanoseconds(zone: str | None) -> Callable[[int], pa.Array]:
    """The last nanosecond of January 2025, and the first of February."""
    edge = 1_738_368_000_000_000_000
    return lambda rows: pa.array([edge - (i % 2) for i in range(rows)], pa.timestamp("ns", zone))


# Columns of types that a table of ours never has, by their number of rows.
ODD: dict[str, Callable[[int], pa.Array]] = {
    "nested": lambda n: pa.array([[1]] * n),
    "struct": lambda n: pa.array([{"a": b"\xff"}] * n),
    "map": lambda n: pa.array([[("k", 1)]] * n, pa.map_(pa.string(), pa.int64())),
    "float": lambda n: pa.array([0.5] * n),
    "infinity": lambda n: pa.array([float("inf")] * n),
    "half": lambda n: pa.array([1.5] * n, pa.float16()),
    "uuid": lambda n: pa.array([bytes(16)] * n, pa.uuid()),
    "bytes": lambda n: pa.array([b"\xff\x00"] * n),
    "fixed": lambda n: pa.array([b"\xff" * 12] * n, pa.binary(12)),
    "latin": _latin,
    "wide": lambda n: pa.array([Decimal("9" * 60)] * n, pa.decimal256(76, 2)),
    "duration": lambda n: pa.array([timedelta(days=1)] * n, pa.duration("us")),
    "time": lambda n: pa.array([1] * n, pa.time64("ns")),
    "day": lambda n: pa.array([date(2025, 3, 1)] * n),
    "far": lambda n: pa.array([2**62] * n, pa.timestamp("us")),
    "ns": _nanoseconds(None),
    "ns zoned": _nanoseconds("Europe/Berlin"),
    "ns offset": _nanoseconds("+05:30"),
    "bool": lambda n: pa.array([True] * n),
    "nothing": lambda n: pa.nulls(n),
    "dictionary": lambda n: pa.array(["A"] * n).dictionary_encode(),
    "view": lambda n: pa.array(["A"] * n, pa.string_view()),
    "control": lambda n: pa.array(["a\x1bb"] * n),
}


def parquet_level(data: bytes, rng: random.Random) -> Mutant:
    """Another type, a column gone or twice, nulls, no rows."""
    table = pq.read_table(io.BytesIO(data))
    at = rng.randrange(table.num_columns)
    column, field = table.column(at), table.schema.field(at).name
    name = rng.choice(
        ("text", "null", "drop", "twice", "none", "rename", "cut", "odd", "odd", "more")
    )
    if name == "text":
        table = table.set_column(at, field, column.cast(pa.string()))
    elif name == "null":
        keep = pa.array([rng.random() < 0.5 for _ in range(table.num_rows)])
        table = table.set_column(at, field, pa.compute.if_else(keep, column, None))
    elif name == "drop":
        table = table.remove_column(at)
    elif name == "twice":
        table = table.append_column(field, column)
    elif name == "none":
        table = table.slice(0, 0)
    elif name == "rename":
        table = table.rename_columns(
            [rng.choice(HOSTILE[9:20]) if i == at else n for i, n in enumerate(table.column_names)]
        )
    elif name == "cut":
        table = table.slice(0, rng.randrange(table.num_rows + 1))
    else:
        kind = rng.choice(sorted(ODD))
        made = ODD[kind](table.num_rows)
        more = name == "more"
        table = table.append_column("more", made) if more else table.set_column(at, field, made)
        name = f"{name} {kind}"
    out = io.BytesIO()
    pq.write_table(table, out)
    return f"parquet {name}", out.getvalue()
