"""A person's day: what is due, what comes later, who is waited for, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
from markupsafe import Markup

from dashboards.data import Tables
from dashboards.figures import cell
from dashboards.pages.common import clause, partner, status
from dashboards.parts import Page, Section, Table, columns
from scoring.actions.kinds import LABELS, OVERDUE
from scoring.rows import Row
from scoring.today import Today, today
from scoring.today.items import DUE, FINISHED, LATER, WAITED, by_kind, headline

# List of a day -> its heading, and the anchor of its parts.
LISTS = ((DUE, ""), (WAITED, "Waiting for an answer: "), (LATER, "Later: "), (FINISHED, "Done: "))
HEAD = columns(
    "@Due", "Partner", "~What", "%Owner", "%State", "Clause", "#ARR at stake", "~Command"
)
LONG = 10


def page(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Page, int]:
    """The page of one day and the number of things due on it."""
    tables = Tables(con)
    day = today(con, as_of)
    sections = day_sections(tables, day)
    lead = [Markup("{}.").format(headline(day))]
    return Page("today.html", f"Today, {as_of}", lead, [], sections), len(day.of(DUE))


def day_sections(tables: Tables, day: Today) -> list[Section]:
    """A section a kind: what is due first, what comes later apart from it."""
    sections = []
    for name, prefix in LISTS:
        for kind, rows in by_kind(day.of(name)):
            title = f"{prefix}{LABELS[kind]}"
            table = Table(
                f"{title} ({len(rows)})", HEAD, _body(tables, rows), search=len(rows) > LONG
            )
            sections.append(Section(title, f"{name}-{kind}", tables=[table]))
    return sections


def _body(tables: Tables, rows: Sequence[Row]) -> list[list[Markup]]:
    return [
        [
            cell(row["due_on"]),
            partner(tables, row["partner_id"], ""),
            cell(row["reason"]),
            cell(row["owner"]),
            status(OVERDUE) if row["state"] == OVERDUE else cell(row["state"]),
            clause(tables, row["clause"]),
            cell(row["arr_usd"]),
            Markup("<code>{}</code>").format(row["command"]),
        ]
        for row in rows
    ]
