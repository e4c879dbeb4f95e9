"""What-ifs, grids, frontiers and backtests: counts now and then, and who would move.

Belongs here: how these answers are drawn. Does not: what is in them (scoring/whatif,
scoring/backtest).
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.assumed import draw_assumed
from orchestration.cli.drawing.tables import print_table
from scoring.backtest.answer import Backtest
from scoring.rows import Row
from scoring.whatif.answer import WhatIf
from scoring.whatif.many import Many
from scoring.words import figure, listed, plural

LISTED = 24
# A count that is the same in every row tells nothing about the parameter.
ALWAYS = ("threshold", "partners", "passing", "tier_moves", "standing_moves")


def draw_what_if(console: Console, answer: WhatIf) -> None:
    """Print the counts now and then, every partner that would move, and what that rests on."""
    _draw_moves(console, answer)
    draw_assumed(console, answer.assumed)


def _draw_moves(console: Console, answer: WhatIf) -> None:
    given = listed([f"{name} = {value}" for name, value in answer.settings.items()])
    console.print(Text(f"With {given or 'the policy as it is'} for {answer.year}", style="bold"))
    print_table(console, "Partners", answer.counts.to_dicts())
    for title, frame in (("Tiers that differ", answer.tiers), ("Standing", answer.standings)):
        if frame.is_empty():
            console.print(Text(f"{title}: none"))
        else:
            told = f"{title} ({plural(frame.height, 'row')})"
            print_table(console, told, frame.to_dicts())


def draw_many(console: Console, many: Many) -> None:
    """Print the sentence, then rows around the centre, without columns that never change."""
    if many.sentence:
        console.print(Text(many.sentence, style="bold"))
    columns = [
        name
        for name in many.rows.columns
        if name in ALWAYS or ":" not in name or many.rows[name].n_unique() > 1
    ]
    first = max(0, min(many.centre - LISTED // 2, many.rows.height - LISTED))
    shown = many.rows.slice(first, LISTED)
    of_all = f", {first + 1} to {first + shown.height} (--json lists all)"
    title = many.title + (of_all if shown.height < many.rows.height else "")
    print_table(console, title, shown.to_dicts(), columns)


def draw_backtest(console: Console, answer: Backtest) -> None:
    """Print each year: counts, moves, requirements newly failed, unequal twins."""
    for year in answer.years:
        _draw_moves(console, year.answer)
        console.print(
            Text(
                f"Affected: {plural(len(year.partners), 'partner')}, ARR "
                f"{figure(year.arr_usd)} USD, {plural(year.app_customers, 'app customer')}, "
                f"{plural(year.end_customers, 'end customer')}"
            )
        )
        for row in year.newly_failed:
            console.print(Text(f"newly fails {row['requirement']}: {listed(row['partners'])}"))
        _print_twins(console, year.twins)
        console.print()
    if answer.years:
        draw_assumed(console, answer.years[-1].answer.assumed)


def _print_twins(console: Console, rows: list[Row]) -> None:
    if not rows:
        console.print(Text("Equal facts, unequal outcomes: none"))
        return
    title = f"Equal facts, unequal outcomes ({plural(len(rows), 'pair')})"
    columns = ("what", "program", "partner_id", "outcome", "other_id", "other_outcome", "differs")
    print_table(console, title, rows, (*columns, "under"))
