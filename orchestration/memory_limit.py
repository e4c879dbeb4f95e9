"""More memory for DuckDB when its usual limit was not enough.

Belongs here: how much more, and recognising that it was too little. Does not: the usual limit
(settings.py), or running again (run.py).

What does not fit is written to disk beside the warehouse, but not everything can be: two threads
that happen to do large joins at the same time may need more than a small limit, and may not in the
next run.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import duckdb

from orchestration.settings import MEMORY_VARIABLE, memory

# Recognised by DuckDB's own words, which dbt and Dagster pass on as text.
TOO_LITTLE = "Out of Memory Error"
TIMES = 2
# A share of DuckDB's own default, which respects the limit of a container.
MOST = "select cast(parse_formatted_bytes(current_setting('memory_limit')) / 2 as bigint)"
BYTES = "select parse_formatted_bytes($limit)"
MB = 1_000_000


def limits() -> Iterator[str]:
    """The limits to try in turn: only the person's own, if PLUMBLINE_MEMORY is set; otherwise the
    usual one, and then twice as much each time, up to two fifths of the machine's memory."""
    yield memory()
    if os.environ.get(MEMORY_VARIABLE):
        return
    with duckdb.connect() as con:
        [(most,)] = con.execute(MOST).fetchall()
        [(bytes_now,)] = con.execute(BYTES, {"limit": memory()}).fetchall()
    while (bytes_now := bytes_now * TIMES) <= most:
        yield f"{bytes_now // MB}MB"


@contextlib.contextmanager
def holding(limit: str) -> Iterator[None]:
    """Let DuckDB hold this much, in this process and in those that it starts."""
    before = os.environ.get(MEMORY_VARIABLE)
    os.environ[MEMORY_VARIABLE] = limit
    try:
        yield
    finally:
        if before is None:
            del os.environ[MEMORY_VARIABLE]
        else:
            os.environ[MEMORY_VARIABLE] = before


def with_remedy(message: str, limit: str) -> str:
    """The message of a failure; if memory was short, with what to do about it."""
    if TOO_LITTLE not in message:
        return message
    first = message.partition("\n\n")[0].strip()
    return (
        f"{first}\nDuckDB might hold {limit} here; give it more by {MEMORY_VARIABLE}, such as 4GB"
        " or 50%, and run again"
    )
