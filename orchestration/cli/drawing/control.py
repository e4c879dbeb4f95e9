"""Control totals beside our figures, as a table.

Belongs here: how they are drawn. Does not: what is in them (scoring/control.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from orchestration.cli.drawing.tables import HEADS, print_hanging, print_table
from scoring.control import ControlTotals
from scoring.policy.labels import Labels
from scoring.rows import Row
from scoring.words import spoken

COLUMNS = ("total", "stated", "ours", "difference", "tolerance", "status")


def draw_control_totals(
    console: Console, answer: ControlTotals, labels: Labels | None = None
) -> None:
    """Print each total with our figure, the difference and the tolerance, and why it does not
    agree."""
    if not answer.rows:
        of = f" of {answer.period}" if answer.period else ""
        console.print(f"no control total{of} has landed (reference/control_totals)")
        return
    named = labels or Labels()
    rows = [{**row, "name": named.partners.get(row["partner_id"])} for row in answer.rows]
    print_table(console, "Control totals", totals(rows), COLUMNS)
    for row in rows:
        if row["status"] != "agrees" and row["reason"]:
            print_hanging(console, f"{_total(row)}: {row['reason']}")


def totals(rows: Sequence[Row]) -> list[Row]:
    """The rows with `total`: what was counted, of whom, by whom."""
    return [{**row, "total": _total(row)} for row in rows]


def _total(row: Row) -> str:
    measure = HEADS.get(row["measure"], spoken(row["measure"]))
    whose = " ".join(part for part in (row["partner_id"], row["name"]) if part)
    return f"{measure} {row['period']}, {whose or 'all partners'}, by {row['source']}"
