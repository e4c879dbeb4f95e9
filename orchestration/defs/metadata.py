"""What an analyst wants to see of a table in the Dagster UI: count and a preview.

Belongs here: metadata values. Does not: computing anything that is published.
"""

import dagster as dg
import duckdb

PREVIEW_ROWS = 8


def preview(con: duckdb.DuckDBPyConnection, table: str) -> dg.MetadataValue:
    """The first rows of a table as a Markdown table, values cut to 60 characters."""
    cursor = con.execute(f"select * from {table} limit {PREVIEW_ROWS}")
    names = [column[0] for column in cursor.description]
    shown = [index for index, name in enumerate(names) if not name.startswith("_")]
    lines = [
        "| " + " | ".join(names[index] for index in shown) + " |",
        "|" + " --- |" * len(shown),
    ]
    lines += [
        "| " + " | ".join(_cell(row[index]) for index in shown) + " |" for row in cursor.fetchall()
    ]
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    text = text.replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= 60 else text[:59] + "…"
