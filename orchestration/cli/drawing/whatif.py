"""What-ifs, grids, frontiers and backtests: counts now and then, and who would move.

Belongs here: how these answers are drawn. Does not: what is in them (scoring/whatif,
scoring/backtest).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.assumed import draw_assumed
from orchestration.cli.drawing.tables import print_hanging, print_table
from scoring.backtest.answer import Backtest
from scoring.policy.labels import Labels
from scoring.rows import Row
from scoring.whatif.answer import WhatIf
from scoring.whatif.many import Many
from scoring.words import figure, listed, plural, spoken

LISTED = 24
REASON = "because of"
MOVES = ("partner", "now", "then", REASON, "arr_usd", "monthly_active_customers")
# The words for the policy under which a pair with equal facts has unequal outcomes.
UNDER = {"both": "both policies", "tested": "the tested one", "in force": "the one in force"}
# A count that is the same in every row says nothing about the parameter.
ALWAYS = ("threshold", "partners", "passing", "tier_moves", "standing_moves")


def draw_what_if(console: Console, answer: WhatIf, labels: Labels) -> None:
    """Print the settings, the counts that differ, every partner that would move, and what that
    rests on."""
    _draw_moves(console, answer, labels)
    draw_assumed(console, answer.assumed)


def _draw_moves(console: Console, answer: WhatIf, labels: Labels) -> None:
    settings = listed([f"{name} = {_value(value)}" for name, value in answer.settings.items()])
    title = f"{answer.year} with {settings or 'the policy as it is'}"
    console.print(Text(title, style="bold"))
    for name in answer.settings:
        if label := labels.rules.get(name):
            print_hanging(console, Text(f"{name}: {label}", "dim"))
    _counts(console, answer.counts.to_dicts(), labels)
    for title, rows in (
        ("Tiers that would differ", [_tier_move(row, labels) for row in answer.tiers.to_dicts()]),
        (
            "Standings that would differ",
            [_move(row, labels) for row in answer.standings.to_dicts()],
        ),
    ):
        if rows:
            reasons = {tuple(row.get(REASON) or ()) for row in rows}
            # A reason that all share is printed once, above them.
            shared = reasons.pop() if len(reasons) == 1 else ()
            title += f" ({len(rows)})" + (f", because of {listed(shared)}" if shared else "")
            columns = [name for name in MOVES if not (shared and name == REASON)]
            print_table(console, title, rows, _filled(rows, columns))
        else:
            console.print(Text(f"{title}: none"))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return figure(value) if isinstance(value, Decimal | int) else str(value)


def _counts(console: Console, rows: list[Row], labels: Labels) -> None:
    """The counts that would differ; the others are named in one line."""
    differing = {r["what"] for r in rows if r["partners"] != r["partners_then"]}
    shown = [
        {
            "of": "tier" if row["what"] == "tier" else labels.rules.get(row["what"], row["what"]),
            "partners that are": labels.rules.get(row["value"], row["value"]),
            "now": row["partners"],
            "then": row["partners_then"],
        }
        for row in rows
        if row["what"] in differing
    ]
    if shown:
        print_table(console, "Partners", shown)
    same = list(dict.fromkeys(r["what"] for r in rows if r["what"] not in differing))
    if same:
        names = ["the tiers" if n == "tier" else labels.rules.get(n, n) for n in same]
        print_hanging(console, f"No count differs for {listed(names)}.")


def _tier_move(row: Row, labels: Labels) -> Row:
    def tier(low: str, high: str) -> str:
        reached = labels.rules.get(low, low)
        return reached if low == high else f"{reached} to {labels.rules.get(high, high)}"

    return {
        **row,
        "partner": labels.partner(row["partner_id"]),
        "now": tier(row["tier"], row["tier_high"]),
        "then": tier(row["tier_then"], row["tier_high_then"]),
    }


def _move(row: Row, labels: Labels) -> Row:
    return {
        **row,
        "partner": f"{labels.partner(row['partner_id'])}, {row['program']}",
        "now": row["status"],
        "then": row["status_then"],
        REASON: [labels.rule(one) for one in row["requirements"] or []],
    }


def _filled(rows: list[Row], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that have a value in any row."""
    return tuple(c for c in columns if any(row.get(c) not in (None, [], "") for row in rows))


def draw_many(console: Console, many: Many, labels: Labels) -> None:
    """Print the sentence, then rows around the centre; counts of one program, or of the tiers, side
    by side in one column, and none that never change."""
    if many.sentence:
        print_hanging(console, Text(many.sentence, style="bold"))
    parameters = [n for n in many.rows.columns if n in labels.rules]
    for name in parameters:
        print_hanging(console, Text(f"{name}: {labels.rules[name]}", "dim"))
    first = max(0, min(many.centre - LISTED // 2, many.rows.height - LISTED))
    shown = many.rows.slice(first, LISTED)
    of_all = f", {first + 1} to {first + shown.height} (--json lists all)"
    title = many.title + (of_all if shown.height < many.rows.height else "")
    groups = _groups(many.rows, labels)
    rows = [_variant(row, groups) for row in shown.to_dicts()]
    print_table(console, title, rows)


def _groups(frame: pl.DataFrame, labels: Labels) -> dict[str, tuple[str, ...]]:
    """Heading to the columns below it: a program's standings, or the tiers; only those that
    change."""
    groups: dict[str, list[str]] = {}
    for name in frame.columns:
        of, parted, _ = name.partition(":")
        if parted:
            groups.setdefault(of, []).append(name)
    made = {}
    for of, names in groups.items():
        changing = [name for name in names if frame[name].n_unique() > 1]
        if changing:
            parts = [n.partition(":")[2] for n in changing]
            words = " / ".join(spoken(labels.rules.get(part, part)) for part in parts)
            whose = "" if of == "tier" else f"{labels.rules.get(of, of)}: "
            made[whose + words] = tuple(changing)
    return made


def _variant(row: Row, groups: Mapping[str, tuple[str, ...]]) -> Row:
    line = {
        name.replace(".", " "): _number(value)
        for name, value in row.items()
        if name in ALWAYS or ":" not in name
    }
    for head, names in groups.items():
        line[head] = " / ".join(str(row[name]) for name in names)
    return line


def _number(value: Any) -> Any:
    """A grid's values are text; as numbers they get thousands separators and are set to the
    right."""
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        return value


def draw_backtest(console: Console, answer: Backtest, labels: Labels) -> None:
    """Print each year: counts, moves, requirements newly failed, unequal twins."""
    for year in answer.years:
        _draw_moves(console, year.answer, labels)
        if year.partners:
            touched = (
                f"They hold {figure(round(year.arr_usd))} USD of ARR, "
                f"{plural(year.app_customers, 'customer')} of their apps and "
                f"{plural(year.end_customers, 'end customer')}."
            )
            console.print(Text(touched))
        for row in year.newly_failed:
            tier, _, rule = row["requirement"].rpartition("/")
            name = f"{labels.rules.get(tier, tier)}: " if tier else ""
            partners = listed([labels.partner(one) for one in row["partners"]])
            print_hanging(console, f"Newly missed, {name}{labels.rule(rule)}: {partners}")
        _print_twins(console, year.twins, labels)
        console.print()
    if answer.years:
        draw_assumed(console, answer.years[-1].answer.assumed)


def _print_twins(console: Console, rows: list[Row], labels: Labels) -> None:
    if not rows:
        console.print(Text("Equal facts, unequal outcomes: none"))
        return
    title = f"Equal facts, unequal outcomes ({plural(len(rows), 'pair')})"
    lines = [
        {
            "partners": listed([labels.partner(row[one]) for one in ("partner_id", "other_id")]),
            "of": f"{row['program']} {row['what']}",
            "outcomes": f"{row['outcome']} and {row['other_outcome']}",
            "they differ in": row["differs"],
            "under": UNDER.get(row["under"], row["under"]),
        }
        for row in rows
    ]
    print_table(console, title, lines)
