"""The overview's first screen: what changed and what it is worth, what must be decided by when.

Belongs here: the banner on assumptions, causes with what is at stake, decisions by due day.
Does not: the headline figures (headlines.py); pictures and long tables (overview.py, changes.py,
today.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from markupsafe import Markup

from dashboards.components import Section, Table, columns
from dashboards.data import Row, Tables
from dashboards.figures import cell, count, figure
from dashboards.pages.changes import TABLE as CHANGES
from dashboards.pages.common import program_label
from dashboards.pages.headlines import (
    MONEY,
    changed,
    has_before,
    link,
    period_before,
    worth,
    worth_figure,
    worth_shown,
)
from dashboards.pages.today import FILE, LATER_FILE
from scoring.actions.kinds import DONE, LABELS
from scoring.vocabulary import UNCONFIRMED, Certainty, Standing, Subject
from scoring.words import plural, word

ACTIONS = "decisions.actions"


def banner(tables: Tables) -> Markup | None:
    """One sentence on what depends on values that nobody has confirmed; None where nothing does."""
    statuses = {
        name: tables.query("select count(*) as n from policy.parameters where status = ?", [name])
        for name in UNCONFIRMED
    }
    numbers = {name: rows[0]["n"] for name, rows in statuses.items()}
    if not any(numbers.values()):
        return None
    parts = [
        Markup("{} {}").format(count(number, "policy.parameters", {"status": name}), words)
        for name, words, number in (
            (Certainty.PLACEHOLDER, "are placeholders", numbers[Certainty.PLACEHOLDER]),
            (
                Certainty.REPORTED,
                "are reported by readers of the vendor's page",
                numbers[Certainty.REPORTED],
            ),
        )
        if number
    ]
    rests = tables.resting
    return Markup(
        "Of the program's thresholds and dates {}. On them rest the compliance of {} and the "
        '{}; <a href="policy.html#placeholders">which ones</a>.'
    ).format(
        Markup(" and ").join(parts),
        plural(rests["memberships"], "membership"),
        plural(rests["tiers"], "tier") + f" for {tables.tier_year}",
    )


def causes(tables: Tables) -> list[Section]:
    """Why memberships became non-compliant, by rule, with what is at stake; nothing in the first
    year."""
    if not has_before(tables):
        return []
    fresh = changed(tables, kind=Subject.COMPLIANCE, after=Standing.NON_COMPLIANT)
    groups: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in fresh:
        groups[row["program"], row["clause"]].append(row)
    labels = {(row["program"], row["clause"]): row["label"] for row in tables.requirements.values()}
    body = []
    for (program, clause), rows in sorted(
        groups.items(), key=lambda item: (-len(item[1]), -worth(item[1]), item[0][1] or "")
    ):
        key = {
            "since": "year-before",
            "period": tables.period,
            "kind": Subject.COMPLIANCE,
            "after": Standing.NON_COMPLIANT,
            "program": program,
            "clause": clause,
        }
        customers = sum(row["customers"] or 0 for row in rows)
        rule = labels.get((program, clause)) or "several requirements"
        label = program_label(tables, program)
        chosen = {"program": label, "now": word(Standing.NON_COMPLIANT), "q": clause or ""}
        body.append(
            [
                link(tables, "changes.html", rule, **chosen),
                cell(label),
                count(len(rows), CHANGES, key),
                worth_figure(rows, **key),
                figure(customers, CHANGES, key, "sum(customers)"),
            ]
        )
    head = columns(
        "~Requirement missed first", "Program", "#Memberships", "#ARR", "#Active customers"
    )
    before = period_before(tables)
    table = Table(f"Newly non-compliant against {before}, by requirement", head, body)
    words = [
        Markup("Every change, with its cause: {}.").format(
            link(tables, "changes.html", f"what changed in {tables.period}")
        )
    ]
    return [Section(f"What changed against {before}", "changed", words, tables=[table], half=True)]


def decisions(tables: Tables) -> Section:
    """What waits for a person, by the day on which it is due."""
    groups: dict[tuple[Any, str, str], list[Row]] = defaultdict(list)
    as_of = tables.run["as_of"]
    for row in tables.rows("actions"):
        if row["state"] != DONE:
            late = row["due_on"] < as_of
            groups[None if late else row["due_on"], row["kind"], row["state"]].append(row)
    body = []
    for (due, kind, state), rows in sorted(
        groups.items(), key=lambda item: (item[0][0] is not None, item[0][0] or as_of, item[0][1])
    ):
        key = {"kind": kind, "state": state} | ({} if due is None else {"due_on": due})
        part = "due" if due is None or due <= as_of else "later" if state == "open" else "waiting"
        body.append(
            [
                cell(due or "overdue"),
                Markup('<a href="{}#{}-{}">{}</a>').format(
                    LATER_FILE if part == "later" else FILE, part, kind, LABELS[kind]
                ),
                count(len(rows), ACTIONS, key),
                figure(worth(rows), ACTIONS, key, MONEY, shown=worth_shown(rows)),
            ]
        )
    head = columns("@Due", "What", "#How many", "#ARR at stake")
    table = Table("What waits for a person, by due day", head, body)
    words = [
        Markup(
            "The system computes and recommends; people decide. "
            '<a href="today.html">Each with its owner and the command that does it</a>.'
        )
    ]
    return Section("What must be decided", "decide", words, tables=[table], half=True)
