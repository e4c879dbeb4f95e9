"""Small charts for the Dagster UI, where a chart says more than a count.

Belongs here: drawing metadata. Does not: the site's charts (dashboards/).
"""

import dagster as dg
import duckdb

BAR_WIDTH = 40


def bar_chart(con: duckdb.DuckDBPyConnection, query: str) -> dg.MetadataValue:
    """Horizontal bars of a query with columns (name, count), as Markdown.

    Text, because Dagster's UI shows Markdown without scripts and offline.
    """
    rows = con.execute(query).fetchall()
    if not rows:
        return dg.MetadataValue.md("no rows")
    largest = max(count for _, count in rows)
    lines = ["| | count | |", "| --- | ---: | --- |"]
    for name, count in rows:
        bar = "█" * max(1, round(BAR_WIDTH * count / largest)) if count else ""
        lines.append(f"| {name} | {count} | {bar} |")
    return dg.MetadataValue.md("\n".join(lines))
