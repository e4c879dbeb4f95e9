"""From the ARR at one year's end to the next: what was added and what was lost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Section, Table, columns
from dashboards.data import Tables, summed
from dashboards.figures import cell, figure
from dashboards.words import money
from scoring.words import word

MONTH = "marts.fct_arr_by_partner_month"
MOVEMENTS = ("new", "expansion", "reactivation", "contraction", "churn")


def month_totals(tables: Tables) -> dict:
    """Sums over partners by month, up to December of the year looked at."""
    totals: dict = defaultdict(lambda: dict.fromkeys(("arr_usd", *MOVEMENTS)))
    for row in tables.rows("fct_arr_by_partner_month"):
        if row["month"].year > tables.arr_year:
            continue
        for column in ("arr_usd", *MOVEMENTS):
            if row[column] is not None:
                so_far = totals[row["month"]][column]
                totals[row["month"]][column] = row[column] + (so_far or 0)
    return dict(sorted(totals.items()))


def bridge(tables: Tables, year: int) -> Section:
    """From the year's opening ARR to its closing ARR, through what was added and what was lost."""
    months = {when: sums for when, sums in month_totals(tables).items() if when.year == year}
    if not months or months[max(months)]["arr_usd"] is None:
        return Section("From one year's end to the next", "bridge")
    last = max(months)
    closing = months[last]["arr_usd"]
    moved = {name: summed(months.values(), name) for name in MOVEMENTS}
    opening = month_totals(tables).get(date(year - 1, 12, 1), {}).get("arr_usd") or Decimal(0)
    # A partner's ARR that can't be computed any more, or can again, moves the total and is no
    # movement of any line.
    unknown = closing - opening - sum(amount for amount in moved.values() if amount is not None)
    points, level = [_level(f"end of {year - 1}", opening)], opening
    for name in MOVEMENTS:
        if moved[name] is None:
            continue
        after = level + moved[name]
        points.append(_step(word(name), level, after, moved[name]))
        level = after
    if unknown:
        points.append(_step(_unknown_word(unknown), level, closing, unknown))
    points.append(_level(f"end of {year}", closing))
    svg = charts.waterfall(
        points, x_title="ARR, US dollars", label=f"From ARR at the end of {year - 1} to {year}"
    )
    gain = closing - opening
    title = f"ARR {'rose' if gain >= 0 else 'fell'} by {money(abs(gain))} in {year}"
    words = []
    if unknown:
        words = [
            Markup("{} without any movement: the ARR of some partners {} in the year, {}.").format(
                money(unknown), _unknown_word(unknown), _unknown_cause(unknown)
            )
        ]
    body = [
        [cell(word(name)), figure(moved[name], MONTH, {}, _within(name, year), money(moved[name]))]
        for name in MOVEMENTS
    ]
    table = Table(f"Movements in {year}", columns("Movement", "#US dollars"), body)
    return Section(
        "From one year's end to the next",
        "bridge",
        words,
        [Chart(title, svg, MONTH)] if opening or closing else [],
        [table],
    )


def _unknown_word(amount: Decimal) -> str:
    return "could not be computed" if amount < 0 else "could be computed again"


def _unknown_cause(amount: Decimal) -> str:
    if amount < 0:
        return "because a line has no exchange rate or evidence is missing"
    return "after a line had had no exchange rate or evidence had been missing"


def _within(column: str, year: int) -> str:
    """A year's sum of a movement, as an aggregate over all rows."""
    return f"sum({column}) filter (year(month) = {year})"


def _level(name: str, value: Decimal) -> dict:
    return {
        "name": name,
        "low": min(0.0, float(value)),
        "high": max(0.0, float(value)),
        "text": money(value),
        "kind": "level",
    }


def _step(name: str, before: Decimal, after: Decimal, moved: Decimal) -> dict:
    return {
        "name": name,
        "low": float(min(before, after)),
        "high": float(max(before, after)),
        "text": money(moved),
        "kind": "up" if moved >= 0 else "down",
    }
