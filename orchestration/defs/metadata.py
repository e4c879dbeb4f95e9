"""What an analyst wants to see of a table in the Dagster UI: count and a preview.

Belongs here: metadata values. Does not: computing anything that is published.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb

PREVIEW_ROWS = 8
LONGEST = 60
# Characters with a meaning in Markdown: a picture in a value would be fetched.
MARKUP = re.compile(r"([\\`*_{}\[\]<>|~!#])")


def preview(con: duckdb.DuckDBPyConnection, table: str) -> dg.MetadataValue:
    """The first rows of a table as a Markdown table, values cut to 60 characters."""
    return preview_query(con, f"select * from {table}", cut=LONGEST)


def preview_query(
    con: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Mapping[str, Any] | None = None,
    cut: int | None = None,
) -> dg.MetadataValue:
    """The first rows of a query as a Markdown table; columns of provenance are left out."""
    cursor = con.execute(f"from ({query}) limit {PREVIEW_ROWS}", parameters or {})
    names = [column[0] for column in cursor.description]
    shown = [index for index, name in enumerate(names) if not name.startswith("_")]
    rows = ([row[index] for index in shown] for row in cursor.fetchall())
    return dg.MetadataValue.md(markdown_table([names[index] for index in shown], rows, cut))


def markdown_table(
    names: Sequence[str], rows: Iterable[Sequence[Any]], cut: int | None = None
) -> str:
    """Rows as a Markdown table; values are text, whatever they hold."""
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(_cell(value, cut) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object, cut: int | None) -> str:
    text = "" if value is None else str(value)
    text = " ".join(text.splitlines())
    text = text if cut is None or len(text) <= cut else text[: cut - 1] + "…"
    return MARKUP.sub(r"\\\1", text)
