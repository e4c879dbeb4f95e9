"""The channel manager's day: what to answer, what expires, what is overdue."""

from __future__ import annotations

from datetime import date

import duckdb
from markupsafe import Markup

from dashboards.data import Tables
from dashboards.figures import cell
from dashboards.pages.common import clause, partner, status
from dashboards.parts import Page, Section, Table, columns
from dashboards.words import plural, word
from scoring.today import today
from scoring.today.items import LABELS


def page(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Page, int]:
    """The page of one day and the number of things on it."""
    tables = Tables(con)
    items = today(con, as_of).items
    overdue = sum(1 for item in items if item.overdue)
    head = columns("@Date", "Partner", "~What", "~Why", "Clause", "~Next step")
    sections = []
    for kind in dict.fromkeys(item.kind for item in items):
        title = LABELS.get(kind, word(kind).capitalize())
        body = [
            [
                Markup("{} {}").format(cell(item.due), status("overdue") if item.overdue else ""),
                partner(tables, item.partner_id, ""),
                cell(item.what),
                cell(item.why),
                clause(tables, item.clause),
                cell(item.next_step),
            ]
            for item in items
            if item.kind == kind
        ]
        table = Table(f"{title} ({len(body)})", head, body, search=len(body) > 10)
        sections.append(Section(title, f"kind-{kind}", tables=[table]))
    lead = [
        Markup("{} to do on {}, {} of them overdue.").format(
            plural(len(items), "thing"), as_of, overdue
        )
    ]
    return Page("today.html", f"Today, {as_of}", lead, [], sections), len(items)
