"""What an analyst wants to see of a table in the Dagster UI: count and a preview.

Belongs here: metadata values. Does not: computing anything that is published.
"""

import dagster as dg
import duckdb

PREVIEW_ROWS = 8


def preview(con: duckdb.DuckDBPyConnection, table: str, order: str = "all") -> dg.MetadataValue:
    """The first rows of a table as a Markdown table, values cut to 60 characters."""
    relation = con.sql(f"select * from {table} order by {order} limit {PREVIEW_ROWS}")
    names = [name for name in relation.columns if not name.startswith("_")]
    rows = relation.project(", ".join(f'"{name}"' for name in names)).fetchall()
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    text = text.replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= 60 else text[:59] + "…"
