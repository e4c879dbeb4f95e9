"""Rows of a query as dicts, for the answers that are sentences rather than frames.

Belongs here: running one query with named parameters. Does not: any query.
"""

from __future__ import annotations

import re
from typing import Any

import duckdb

Row = dict[str, Any]


def fetch(con: duckdb.DuckDBPyConnection, query: str, **params: Any) -> list[Row]:
    """Every row of `query` by column name; only the parameters that the query names are bound."""
    named = set(re.findall(r"\$(\w+)", query))
    used = {name: value for name, value in params.items() if name in named}
    con.execute(query, used or None)
    names = [column[0] for column in con.description or ()]
    return [dict(zip(names, row, strict=True)) for row in con.fetchall()]


def fetch_one(con: duckdb.DuckDBPyConnection, query: str, **params: Any) -> Row | None:
    """The first row of `query`, or None."""
    return next(iter(fetch(con, query, **params)), None)
