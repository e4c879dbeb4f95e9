"""A person's day: what is due, a table per kind, and what comes later.

Belongs here: how a day is drawn. Does not: what is in it (scoring/today).
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoring.actions.kinds import LABELS, OVERDUE
from scoring.rows import Row
from scoring.today.items import DUE, LATER, WAITED, Today, by_kind, headline
from scoring.words import spoken


def draw_today(console: Console, day: Today, everything: bool = False) -> None:
    """Print what is due, one table per kind; what comes later as counts, or whole on request."""
    console.print(Text(spoken(headline(day)), style="bold"))
    for name, title in ((DUE, ""), (WAITED, "Waiting for an answer: ")):
        for kind, rows in by_kind(day.of(name)):
            console.print(_table(f"{title}{LABELS[kind]} ({len(rows)})", rows))
    later = day.of(LATER)
    if later and everything:
        for kind, rows in by_kind(later):
            console.print(_table(f"Later: {LABELS[kind]} ({len(rows)})", rows))
    elif later:
        console.print(Text("Later (--all lists them)", style="bold"))
        for kind, rows in by_kind(later):
            console.print(f"  {LABELS[kind]}: {len(rows)}, from {rows[0]['due_on']}")


def _table(title: str, rows: list[Row]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.title, table.title_justify, table.title_style = title, "left", "bold"
    table.add_column(no_wrap=True, min_width=10)
    table.add_column(overflow="fold")
    for row in rows:
        when = Text(str(row["due_on"]), style="red" if row["state"] == OVERDUE else "")
        partner = " ".join(part for part in (row["partner_id"], row["partner"]) if part)
        task, _, rest = row["reason"].partition(": ")
        words = Text(f"{partner}: " if partner else "").append(spoken(task), "bold")
        words.append(f"\n{spoken(rest)} ({spoken(row['owner'])})\n").append(row["command"], "dim")
        table.add_row(when, words)
    return table
