"""Limits DuckDB's memory for a while: otherwise it keeps as much of what it has read as it may.

Belongs here: the limit, and putting it back. Does not: what DuckDB may hold otherwise
(orchestration/settings.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb

# To read a table once and sum up its rows.
ENOUGH_TO_READ = "200MB"
LIMIT = f"""
select current_setting('memory_limit'),
    parse_formatted_bytes(current_setting('memory_limit'))
        > parse_formatted_bytes('{ENOUGH_TO_READ}')
"""


@contextlib.contextmanager
def limited_memory(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB hold only what it takes to read a table once, and give back what it holds above
    that.

    A lower limit stays as it is. So does the present one if DuckDB holds more than the new one
    would allow.
    """
    [(usual, is_more)] = con.execute(LIMIT).fetchall()
    if is_more:
        with contextlib.suppress(duckdb.OutOfMemoryException):
            con.execute(f"set memory_limit = '{ENOUGH_TO_READ}'")
    try:
        yield
    finally:
        con.execute(f"set memory_limit = '{usual}'")
