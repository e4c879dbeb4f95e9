"""The outlook on a year: pace, due things, renewals, and how sure the intervals are.

Belongs here: how an outlook is drawn. Does not: what is in it (scoring/outlook).
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.assumed import draw_assumed
from orchestration.cli.drawing.tables import print_table
from scoring.outlook.answer import Outlook, Rows
from scoring.words import figure, plural

# Rows that a terminal shows of each list.
LISTED = 25
PACE_COLUMNS = (
    "partner_id",
    "tier",
    "id",
    "threshold",
    "sure",
    "projected",
    "low",
    "high",
    "pace",
    "assumed",
)
DUE_COLUMNS = ("due_by", "partner_id", "program", "requirement", "strength", "what", "assumed")
RENEWAL_COLUMNS = (
    "ends_on",
    "partner_id",
    "subscription_id",
    "arr_usd",
    "on_hand",
    "minimum",
    "file",
    "row_number",
    "assumed",
)


def draw_outlook(console: Console, found: Outlook) -> None:
    """Print what is open and what is due; `--json` has every row."""
    console.print(Text(f"{found.year} as of {found.as_of}", style="bold"))
    _print(console, "Pace to the next threshold", found.next_thresholds(), PACE_COLUMNS)
    _print(console, "Fails at the year's end unless done", found.due, DUE_COLUMNS)
    _print(console, "Renewals that carry the minimum", found.renewals, RENEWAL_COLUMNS)
    for line in found.calibration_lines():
        console.print(Text(line))
    draw_assumed(console, found.assumed)


def _print(console: Console, title: str, rows: Rows, columns: tuple[str, ...]) -> None:
    if not rows:
        console.print(Text(f"{title}: none"))
        return
    told = [{column: _cell(row[column]) for column in columns} for row in rows]
    print_table(console, f"{title} ({plural(len(rows), 'row')})", told, columns, LISTED)


def _cell(value: Any) -> Any:
    return figure(value) if hasattr(value, "as_tuple") else value
