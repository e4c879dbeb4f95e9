"""Parameters that nobody has confirmed: what each is called, its value, and what rests on it.

Belongs here: how they are drawn. Does not: which they are (scoring/assumptions.py), or what a row
of an answer rests on (assumed.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.tables import cell, print_hanging
from scoring.rows import Row
from scoring.words import listed, plural


def draw_unconfirmed(
    console: Console, title: str, rows: Sequence[Row], most: int | None = None
) -> None:
    """Print each parameter with its id, which `policy confirm` takes; `most` at most."""
    if not rows:
        console.print(Text(f"{title}: none"))
        return
    console.print(Text(f"{title}: {len(rows)}", style="bold"))
    for row in rows[:most]:
        text = Text(f"  {row['label'] or row['parameter']}: ").append(_value(row["value"]), "bold")
        print_hanging(console, text.append(f" ({row['parameter']})", "dim"))
        if rests := _rests(row):
            print_hanging(console, Text(f"    {rests}", "dim"))
    if most is not None and len(rows) > most:
        console.print(Text(f"and {plural(len(rows) - most, 'more')} (--json lists all)", "dim"))


def _value(value: Any) -> str:
    # An item of a list may be a key that has to be written in the policy's file exactly so.
    return cell(value) or "none"


def _rests(row: Row) -> str:
    parts = []
    if row.get("reported_by"):
        parts.append(f"reported by {row['reported_by']}, read on {row['read_on']}")
    if row.get("rules"):
        counts = (
            plural(row["partners"], "partner"),
            plural(row["results"], "result"),
            plural(row["criteria"], "criterion of a tier", "criteria of tiers"),
        )
        parts.append(
            f"{listed([one for one in counts if not one.startswith('0 ')])} rest on it: "
            + cell(listed(row["rules"]))
        )
    return "; ".join(parts)
