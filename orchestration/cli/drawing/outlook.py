"""The outlook on a year: pace, due things, renewals, and how sure the intervals are.

Belongs here: how an outlook is drawn. Does not: what is in it (scoring/outlook).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from dashboards.words import rounded
from orchestration.cli.drawing.assumed import draw_assumed, marked
from orchestration.cli.drawing.tables import print_hanging, print_table
from scoring.outlook.answer import Outlook, Rows
from scoring.policy.labels import Labels
from scoring.rows import Row
from scoring.vocabulary import Strength
from scoring.words import figure, plural

# How many rows of each list a terminal shows.
LISTED = 25
MONEY = "USD"
PACES = ("open", "on_pace", "behind")
YEARS_LAST = (12, 31)


def draw_outlook(console: Console, answer: Outlook, labels: Labels | None = None) -> None:
    """Print what is open and what is due; `--json` has every row."""
    named = labels or Labels()
    console.print(Text(f"{answer.year} as of {answer.as_of}", style="bold"))
    if (answer.as_of.month, answer.as_of.day) == YEARS_LAST:
        looked = f"plumbline outlook --year {answer.year} --as-of {answer.year}-08-31"
        print_hanging(console, f"The year is over, so no pace is left; to look back: {looked}")
    paces = sorted(answer.next_thresholds(), key=_nearest)
    title = "Pace to the next threshold, in average monthly active customers or USD of ARR"
    _print(console, title, paces, _pace, named)
    past = [row for row in answer.due if row["is_past"]]
    due = [row for row in answer.due if not row["is_past"]]
    _print(console, "Fails at the year's end unless done", due, _due, named)
    _print(console, "Was due by now, and is not there", past, _due, named)
    _print(console, "Renewals that carry the minimum", answer.renewals, _renewal, named)
    for line in answer.calibration_lines():
        print_hanging(console, line)
    draw_assumed(console, answer.assumed)


def _print(console: Console, title: str, rows: Rows, drawn, named: Labels) -> None:
    if not rows:
        console.print(Text(f"{title}: none"))
        return
    shown = [drawn(row, named) for row in rows]
    print_table(console, f"{title} ({plural(len(rows), 'row')})", shown, (), LISTED)


def _nearest(row: Row) -> tuple[int, Decimal]:
    """Sort key: open rows come first, and among them those nearest to their threshold."""
    share = row["projected"] / row["threshold"] if row["threshold"] else Decimal(0)
    return PACES.index(row["pace"]), -share


def _pace(row: Row, named: Labels) -> Row:
    low, high, threshold = row["low"], row["high"], row["threshold"]

    def number(value: Decimal) -> str:
        return rounded(value, 0 if row["unit"] == MONEY else 1, threshold)

    between = f" ({number(low)} to {number(high)})" if low is not None else ""
    return {
        "partner": named.partner(row["partner_id"]),
        "for": marked(
            named.rule(row["tier"]) if row["tier"] else f"{row['program']} minimum",
            row["assumed"],
        ),
        "needed": threshold,
        "on hand": number(row["sure"]),
        "at the year's end": number(row["projected"]) + between,
        "pace": row["pace"],
    }


def _due(row: Row, named: Labels) -> Row:
    rule = marked(named.rule(row["requirement"]), row["assumed"])
    return {
        "by": _day(row["due_by"]),
        "partner": f"{named.partner(row['partner_id'])}, {row['program']}",
        "requirement": rule if row["strength"] == Strength.MUST else f"{rule}, advice",
        # The rest of a reason, the rows behind it, is for `explain`.
        "what": row["what"].partition(". ")[0].rstrip("."),
    }


def _renewal(row: Row, named: Labels) -> Row:
    return {
        "ends on": _day(row["ends_on"]),
        "partner": named.partner(row["partner_id"]),
        "subscription": row["subscription_id"],
        "arr_usd": row["arr_usd"],
        "on hand": row["on_hand"],
        "minimum": marked(figure(row["minimum"]), row["assumed"]),
        "delivered in": f"{row['file']} row {row['row_number']}",
    }


def _day(value: date) -> str:
    return value.isoformat()
