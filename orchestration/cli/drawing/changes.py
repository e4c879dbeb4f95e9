"""The changes of one comparison: a table per period and kind.

Belongs here: how changes are drawn. Does not: what is in them (scoring/changes).
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.cli.drawing.tables import print_hanging
from scoring.changes.answer import (
    TITLES,
    Changes,
    customers_at_stake,
    money_at_stake,
)
from scoring.changes.sides import KINDS
from scoring.measures import USD, amount
from scoring.rows import Row
from scoring.words import listed, plural, spoken

LISTED = 15
SINCE = {
    "year-before": "the year before",
    "last-run": "the last run",
    "last-published": "what was published last",
}


def draw_changes(console: Console, answer: Changes, everything: bool = False) -> None:
    """Print one table per period and kind; long ones are cut unless `everything` is asked for."""
    words = f"Since {SINCE.get(answer.since, answer.since)}: {plural(len(answer.rows), 'change')}"
    if periods := sorted({row["period"] for row in answer.rows}):
        words += f" in {listed(periods)}"
        words += ", each period counted by itself" if len(periods) > 1 else ""
    console.print(Text(words, style="bold"))
    if answer.rows:
        held = f"{amount(money_at_stake(answer.rows), USD)} of ARR and "
        held += plural(customers_at_stake(answer.rows), "active customer")
        print_hanging(console, f"The partners concerned hold {held}.")
        counted = (f"{TITLES[kind]}: {count}" for kind, count in answer.counts.items() if count)
        print_hanging(console, "; ".join(counted))
    for (period, kind), rows in _grouped(answer.rows):
        console.print(_table(period, kind, rows, len(rows) if everything else LISTED))


def _grouped(rows: Iterable[Row]) -> list[tuple[tuple[str, str], list[Row]]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["period"], row["kind"]), []).append(row)
    return sorted(groups.items(), key=lambda item: (item[0][0], KINDS.index(item[0][1])))


def _table(period: str, kind: str, rows: list[Row], most: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.title = f"{TITLES[kind]}, {period} ({len(rows)})"
    table.title_justify, table.title_style = "left", "bold"
    table.add_column(overflow="fold", ratio=1)
    worth = sorted(rows, key=lambda row: -(row["arr_usd"] or 0))
    for row in worth[:most]:
        partner = " ".join(part for part in (row["partner_id"], row["partner"]) if part)
        words = Text(f"{partner}, {row['program_label']}: ").append(row["moved"], "bold")
        stakes = []
        if row["arr_usd"]:
            stakes.append(f"{amount(row['arr_usd'], USD)} of ARR")
        if row["customers"]:
            stakes.append(plural(row["customers"], "active customer"))
        words.append(f" ({', '.join(stakes)})" if stakes else "")
        words.append(f"\n  {spoken(row['cause'])}", "dim")
        table.add_row(words)
    if len(rows) > most:
        table.add_row(Text(f"{len(rows) - most} more; --all lists them", style="dim"))
    return table
