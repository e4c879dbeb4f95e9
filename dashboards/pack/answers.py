"""The answers that the pack opens with: what changed, what to decide, the money, the risks.

Belongs here: a few sentences and a short table for each, from the rows behind the overview.
Does not: how they look on paper (paper.py, pack.typ) or on a slide (slides.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dashboards.data import Row, Tables, summed
from dashboards.pack.cells import plain
from dashboards.pages import first_screen, headlines
from dashboards.pages.arr_bridge import MOVEMENTS, month_totals
from dashboards.pages.changes import value_words
from dashboards.pages.common import program_label
from dashboards.words import money
from scoring.actions.kinds import DONE, OVERDUE
from scoring.vocabulary import UNDECIDED, Standing, Status, Strength, Subject
from scoring.words import plural, word

# The number of rows that fit below the sentences on half a page.
ROWS = 9
SOON = timedelta(days=31)


@dataclass(frozen=True)
class Point:
    """A sentence, and the page of the site that holds the list behind it."""

    text: str
    page: str


@dataclass(frozen=True)
class Answer:
    """One question of leadership: the finding, what supports it, and a short table.

    `numeric` says for each column of the table whether it is set right.
    """

    title: str
    finding: Point
    points: tuple[Point, ...]
    caption: str
    head: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    page: str
    more: int = 0


def answers(tables: Tables) -> list[Answer]:
    """Changes, decisions, money and risks of the run's last period, in that order."""
    return [_changes(tables), _decisions(tables), _money(tables), _risks(tables)]


def _short(rows: Sequence[Sequence[str]]) -> tuple[tuple[tuple[str, ...], ...], int]:
    """The first rows, and how many are left out."""
    return tuple(tuple(row) for row in rows[:ROWS]), max(0, len(rows) - ROWS)


def _in_words(headline) -> str:
    """A headline figure as a sentence."""
    note = plain(headline.note)
    return f"{plain(headline.label)}: {plain(headline.value)}{f' ({note})' if note else ''}."


def _changes(tables: Tables) -> Answer:
    non_compliant, tiers, *_ = headlines.headlines(tables)
    causes = [table for part in first_screen.causes(tables) for table in part.tables]
    rows = [[plain(cell) for cell in row] for table in causes for row in table.rows]
    shown, more = _short(rows)
    points = [Point(_in_words(tiers), "tiers.html")]
    points += [Point(text, "changes.html") for text in _biggest(tables)]
    return Answer(
        f"What changed in {tables.period}",
        Point(_in_words(non_compliant), "compliance.html"),
        tuple(points),
        causes[0].caption if causes else "There is no year before to compare with",
        tuple(column.label for column in causes[0].columns) if causes else (),
        tuple(column.numeric for column in causes[0].columns) if causes else (),
        shown,
        "changes.html",
        more,
    )


def _biggest(tables: Tables) -> list[str]:
    """The changes of compliance and of tier with the most at stake, one of each."""
    sentences = []
    for kind, column, show in (
        (Subject.COMPLIANCE, "arr_usd", lambda value: f"{money(value)} of ARR"),
        (Subject.TIER, "customers", lambda value: f"{value:,} active customers"),
    ):
        rows = [
            row
            for row in tables.headline_changes
            if row["kind"] == kind and row["before"] and row["after"] and row[column]
        ]
        if rows:
            row = max(rows, key=lambda r: (r[column], r["partner_id"]))
            before, after = (value_words(tables, kind, row[name]) for name in ("before", "after"))
            sentences.append(
                f"Most hangs on {tables.partner_name(row['partner_id'])} ({row['partner_id']}), "
                f"{program_label(tables, row['program'])}: from {before} to {after}, with "
                f"{show(row[column])}."
            )
    return sentences


def _decisions(tables: Tables) -> Answer:
    as_of = tables.run["as_of"]
    waiting = [row for row in tables.rows("actions") if row["state"] != DONE]
    late = [row for row in waiting if row["state"] == OVERDUE]
    concerned = [row for row in late if row["partner_id"]]
    until = as_of + SOON
    soon = [row for row in waiting if row["state"] != OVERDUE and row["due_on"] <= until]
    waits = "waits" if len(waiting) == 1 else "wait"
    finding = (
        f"{plural(len(waiting), 'thing')} {waits} for a person: {len(late):,} overdue on {as_of}, "
        f"{len(soon):,} more due by {until}."
    )
    points = [
        Point(
            f"The overdue ones concern partners with {money(headlines.worth(concerned))} of ARR"
            f"{headlines.and_unknown(concerned)}.",
            "today.html",
        )
    ]
    points += [
        Point(_in_words(headline), "governance.html")
        for headline in headlines.headlines(tables)[4:]
    ]
    points += [Point(text, "today.html") for text in _owners(late)]
    table = first_screen.decisions(tables).tables[0]
    shown, more = _short([[plain(cell) for cell in row] for row in table.rows])
    return Answer(
        "What must be decided",
        Point(finding, "today.html"),
        tuple(points),
        table.caption,
        tuple(column.label for column in table.columns),
        tuple(column.numeric for column in table.columns),
        shown,
        "today.html",
        more,
    )


def _owners(late: Iterable[Row]) -> list[str]:
    """The owners with the most overdue actions."""
    tally: dict[str, int] = defaultdict(int)
    for row in late:
        tally[row["owner"]] += 1
    most = sorted(tally.items(), key=lambda item: (-item[1], item[0]))[:3]
    if not most:
        return []
    return ["Most overdue with " + ", ".join(f"{word(who)} ({n})" for who, n in most) + "."]


def _money(tables: Tables) -> Answer:
    _, _, below, arr, *_ = headlines.headlines(tables)
    year = tables.arr_year
    points = [Point(_in_words(below), "arr.html")]
    moved = _moved(tables, year)
    if moved:
        points.insert(0, Point(moved, "arr.html"))
    held = {
        row["partner_id"]: row["arr_usd"]
        for row in tables.where("fct_arr_by_partner_year", "year", year)
        if row["arr_usd"]
    }
    failing: dict[str, list[str]] = defaultdict(list)
    for row in tables.where("fct_program_compliance", "period", tables.period):
        if row["status"] == Standing.NON_COMPLIANT and row["partner_id"] in held:
            failing[row["partner_id"]].append(program_label(tables, row["program"]))
    total = sum((held[partner] for partner in failing), Decimal(0))
    points.append(
        Point(
            f"{money(total)} of ARR lies with {plural(len(failing), 'partner')} that "
            f"{'is' if len(failing) == 1 else 'are'} non-compliant in some program.",
            "compliance.html",
        )
    )
    missed = _missed(tables)
    rows = [
        [
            f"{tables.partner_name(partner)} ({partner})",
            ", ".join(failing[partner]),
            missed.get(partner, "—"),
            money(held[partner]),
        ]
        for partner in sorted(failing, key=lambda p: (-held[p], p))
    ]
    shown, more = _short(rows)
    return Answer(
        "The money",
        Point(_in_words(arr), "arr.html"),
        tuple(points),
        "Non-compliant partners with the most ARR",
        ("Partner", "Non-compliant in", "Not met", "ARR"),
        (False, False, False, True),
        shown,
        "arr.html",
        more,
    )


def _missed(tables: Tables) -> dict[str, str]:
    """Partner id to the labels of the requirements that must be met and are not."""
    missed: dict[str, list[str]] = defaultdict(list)
    for row in tables.results:
        if row["status"] == Status.NOT_MET and row["strength"] == Strength.MUST:
            label = headlines.rule_label(tables, row["program"], row["requirement"])
            missed[row["partner_id"]].append(label)
    return {partner: ", ".join(dict.fromkeys(labels)) for partner, labels in missed.items()}


def _moved(tables: Tables, year: int) -> str | None:
    """The ARR that came and went in the year; None if nothing moved."""
    months = [sums for when, sums in month_totals(tables).items() if when.year == year]
    sums = {name: summed(months, name) for name in MOVEMENTS} if months else {}
    parts = [f"{word(name)} {money(value)}" for name, value in sums.items() if value is not None]
    return f"Within the year: {', '.join(parts)}." if parts else None


def _risks(tables: Tables) -> Answer:
    period = tables.period
    standings = tables.where("fct_program_compliance", "period", period)
    unsettled = [row for row in standings if row["status"] == Standing.UNDETERMINED]
    tiers = [
        row
        for row in tables.where("tier_assignments", "tier_year", tables.tier_year)
        if row["undetermined"]
    ]
    banner = first_screen.banner(tables)
    assumed = plain(banner).replace("; which ones.", ".") if banner else None
    waits = (
        f"{plural(len(unsettled), 'membership')} and {plural(len(tiers), 'tier')} can't be "
        "settled before evidence comes or a person judges."
    )
    quarantined = len(tables.rows("quarantine"))
    missing = [
        row
        for row in tables.rows("fct_source_coverage")
        if row["status"] == "missing" and (row["due"] is not None or row["app_id"] is None)
    ]
    points = [
        *([Point(waits, "compliance.html")] if assumed else []),
        Point(
            f"{plural(quarantined, 'fault')} in quarantine; "
            f"{plural(len(missing), 'report or month', 'reports and months')} that "
            f"{'was' if len(missing) == 1 else 'were'} due did not come; "
            f"{plural(len(tables.rows('fct_findings')), 'finding')} in all.",
            "quality.html",
        ),
    ]
    open_rows = [
        row
        for row in tables.results
        if row["strength"] == Strength.MUST and row["status"] in UNDECIDED
    ]
    rows = [
        [
            f"{tables.partner_name(row['partner_id'])} ({row['partner_id']})",
            program_label(tables, row["program"]),
            headlines.rule_label(tables, row["program"], row["requirement"]),
            word(row["status"]),
        ]
        for row in open_rows
    ]
    shown, more = _short(rows)
    return Answer(
        "What it rests on, and the risks",
        Point(assumed or waits, "policy.html" if assumed else "compliance.html"),
        tuple(points),
        f"Requirements without an answer, {period}",
        ("Partner", "Program", "Requirement", "Why"),
        (False, False, False, False),
        shown,
        "compliance.html",
        more,
    )
