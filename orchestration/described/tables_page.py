"""`docs/tables.md`: the published tables in words, made from the lists that the code reads.

Belongs here: the page. Does not: which tables there are (scoring/published.py), or what their
columns mean (the models' own words, and dashboards/definitions.yaml).
"""

from __future__ import annotations

from pathlib import Path

from dashboards.definitions import definitions
from scoring.published import PUBLISHED, PublishedTable

PAGE = Path(__file__).parents[1].with_name("docs") / "tables.md"
MADE = (
    "Made by `make generate` from scoring/published.py, the models' own words and"
    " dashboards/definitions.yaml; do not edit."
)
OPENING = (
    "What others may rely on: names, columns and types do not change without a line in the"
    " changelog. Rows are in the order of the key. `plumbline export` writes the same list as an"
    " Open Data Contract (`datacontract.yaml`) beside its files."
)


def page() -> str:
    """The page as Markdown."""
    return "\n".join(
        ["# Published tables", f"<!-- {MADE} -->", OPENING, "", *map(_table, PUBLISHED)]
    )


def _table(table: PublishedTable) -> str:
    described = definitions()[table.qualified]
    rows = (
        f"| `{name}` | {kind.lower()} | {described.columns[name].replace('|', chr(92) + '|')} |"
        for name, kind in table.columns
    )
    return "\n".join(
        [
            f"## `{table.qualified}`",
            described.words,
            "",
            f"Key: {', '.join(f'`{name}`' for name in table.key)}.",
            "",
            "| column | type | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
