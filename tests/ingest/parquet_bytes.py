"""A Parquet file in memory, from its columns."""

import io

import pyarrow as pa
import pyarrow.parquet as pq


def parquet(**columns) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()
