"""Rows of a query as dicts, for the answers that are sentences rather than frames.

Belongs here: running one query with named parameters. Does not: any query.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import duckdb

Row = dict[str, Any]
# The number of rows taken from DuckDB at a time.
AT_A_TIME = 10_000
# Values of these types are one object wherever a column repeats them: a table of a program's
# results has millions of cells but few values.
SHARED = re.compile(r"VARCHAR|DECIMAL\(\d+,\d+\)|DATE|TIMESTAMP")


def fetch(con: duckdb.DuckDBPyConnection, query: str, **params: Any) -> list[Row]:
    """Every row of `query` by column name; only the parameters that the query names are bound."""
    return list(streamed(con.execute(query, _used(query, params))))


def fetch_one(con: duckdb.DuckDBPyConnection, query: str, **params: Any) -> Row | None:
    """The first row of `query`, or None."""
    return next(iter(fetch(con, query, **params)), None)


def by_partner(
    con: duckdb.DuckDBPyConnection, query: str, **params: Any
) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each partner, one partner after the other, of a query that is in the order of
    `partner_id`; only one partner's are held. It reads what is committed.

    Raises ValueError where the query has another order: a partner would be missed.
    """
    before = ""
    with contextlib.closing(con.cursor()) as cursor:
        rows = streamed(cursor.execute(query, _used(query, params)))
        for partner_id, own in groupby(rows, key=lambda row: row["partner_id"]):
            if partner_id is None:
                continue
            if partner_id < before:
                raise ValueError(f"rows of {partner_id} come after those of {before}: {query}")
            before = partner_id
            yield partner_id, list(own)


def merged(
    streams: Sequence[Iterator[tuple[str, list[Row]]]],
) -> Iterator[tuple[str, list[list[Row]]]]:
    """Each partner in any of the streams (by_partner), one after the other in the order of their
    ids, with its rows from each stream."""
    heads = [next(stream, None) for stream in streams]
    while ids := [head[0] for head in heads if head]:
        partner_id = min(ids)
        own = [head is not None and head[0] == partner_id for head in heads]
        yield (
            partner_id,
            [head[1] if head and mine else [] for head, mine in zip(heads, own, strict=True)],
        )
        heads = [
            next(stream, None) if mine else head
            for stream, head, mine in zip(streams, heads, own, strict=True)
        ]


def streamed(result: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """The rows of an executed query as they are taken from DuckDB, each by column name."""
    described = result.description or ()
    names = [column[0] for column in described]
    values: list[dict[Any, Any] | None] = [
        {} if SHARED.fullmatch(str(column[1])) else None for column in described
    ]
    while rows := result.fetchmany(AT_A_TIME):
        columns = [
            column if known is None else [known.setdefault(value, value) for value in column]
            for column, known in zip(zip(*rows, strict=True), values, strict=True)
        ]
        for row in zip(*columns, strict=True):
            yield dict(zip(names, row, strict=True))


def _used(query: str, params: dict[str, Any]) -> dict[str, Any] | None:
    named = set(re.findall(r"\$(\w+)", query))
    return {name: value for name, value in params.items() if name in named} or None
