"""Control totals beside our figures, as a table.

Belongs here: how they are drawn. Does not: what is in them (scoring/control.py).
"""

from __future__ import annotations

from rich.console import Console

from orchestration.cli.drawing.tables import print_table
from scoring.control import ControlTotals

COLUMNS = (
    "period",
    "measure",
    "partner_id",
    "source",
    "as_of",
    "stated",
    "ours",
    "difference",
    "tolerance",
    "status",
    "reason",
)


def draw_control_totals(console: Console, found: ControlTotals) -> None:
    """Print each total with ours, the difference and the tolerance."""
    if not found.rows:
        of = f" of {found.period}" if found.period else ""
        console.print(f"no control total{of} has landed (reference/control_totals)")
        return
    print_table(console, "Control totals", found.rows, COLUMNS)
