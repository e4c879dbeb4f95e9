"""The channel manager's day: what to answer, what expires, what is overdue."""

from __future__ import annotations

from datetime import date

import duckdb
from markupsafe import Markup
from scoring.today import today

from dashboards.data import Tables
from dashboards.figures import cell
from dashboards.pages.common import clause, partner, plural
from dashboards.parts import Column, Page, Section, Table


def page(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Page, int]:
    """The page of one day and the number of things on it."""
    tables = Tables(con)
    items = today(con, as_of).items
    sections = []
    for kind in dict.fromkeys(item.kind for item in items):
        chosen = [item for item in items if item.kind == kind]
        body = [
            [
                cell(item.due),
                partner(tables, item.partner_id, "") if item.partner_id else cell(""),
                cell(item.what),
                cell(item.why),
                clause(tables, item.clause),
                cell(item.next_step),
            ]
            for item in chosen
        ]
        columns = (
            Column("Date"),
            Column("Partner"),
            Column("What"),
            Column("Why"),
            Column("Clause"),
            Column("Next step"),
        )
        sections.append(
            Section(kind, f"kind-{len(sections)}", tables=[Table(kind, columns, body, search=True)])
        )
    lead = [Markup("{} to do as of {}.").format(plural(len(items), "thing"), as_of)]
    return Page("today.html", f"Today, {as_of}", lead, [], sections), len(items)
