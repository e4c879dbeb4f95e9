"""What changed since the year before: a table of changes, and the list of all of them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboards.components import Page, Section, Table, columns
from dashboards.data import Row, Tables
from dashboards.figures import cell, count
from dashboards.pages.common import Figures, clause, partner, program_label, tier_label
from dashboards.words import money
from scoring.changes.answer import TITLES
from scoring.changes.sides import LISTING
from scoring.vocabulary import Subject
from scoring.words import word

TABLE = "decisions.changes"
HEAD = columns(
    "Partner", "%Program", "%What", "%Before", "%Now", "~Why", "Clause", "#ARR", "#Active customers"
)
KEY = ("since", "period", "partner_id", "program", "kind")
SINCE = "year-before"
LONG = 10


def page(tables: Tables) -> Page:
    """Every change of the year against the year before, and since the last publication."""
    rows = tables.headline_changes
    sections = []
    for kind, title in TITLES.items():
        own = [row for row in rows if row["kind"] == kind]
        if own:
            table = change_table(tables, own, f"{title}, changes ({len(own)})")
            sections.append(Section(title, kind, tables=[table]))
    published = [row for row in tables.rows("changes") if row["since"] == "published"]
    if published and tables.year is None:
        table = change_table(tables, published, f"Since the last publication ({len(published)})")
        sections.append(Section("Since the last publication", "published", tables=[table]))
    lead = [
        Markup(
            "{} tiers, standings, minimums and listings moved in {} against the year before, each "
            "with its cause. ARR and active customers are the partner's, at the period's end."
        ).format(
            count(
                sum(
                    row["since"] == SINCE and row["period"] == tables.period
                    for row in tables.rows("changes")
                ),
                TABLE,
                {"since": SINCE, "period": tables.period},
            ),
            tables.period,
        )
    ]
    recommended = [row for row in rows if row["kind"] == Subject.RECOMMENDATION]
    if recommended:
        key = {"since": SINCE, "period": tables.review, "kind": Subject.RECOMMENDATION}
        lead.append(
            Markup(
                "In addition, review {} recommends another action than a year before {} times."
            ).format(tables.review, count(len(recommended), TABLE, key))
        )
    return Page(tables.at("changes.html"), f"What changed in {tables.period}", lead, [], sections)


def value_words(tables: Tables, kind: str, value: str | None) -> str:
    """`before` or `after` as a person reads it."""
    if value is None:
        return "—"
    return tier_label(tables, value) if kind == Subject.TIER else word(value)


def change_table(tables: Tables, rows: Sequence[Row], caption: str, root: str = "") -> Table:
    """Changes, those worth most first."""
    ordered = sorted(rows, key=lambda r: (-(r["arr_usd"] or 0), -(r["customers"] or 0)))
    body = [_cells(tables, row, root) for row in ordered]
    return Table(caption, HEAD, body, search=len(body) > LONG)


def _cells(tables: Tables, row: Row, root: str) -> list[Markup]:
    # Several apps of one partner may be listed in a year: their causes tell them apart.
    key = KEY if row["kind"] != LISTING else (*KEY, "cause")
    shown = Figures(TABLE, row, *key)
    return [
        partner(tables, row["partner_id"], root),
        cell(program_label(tables, row["program"])),
        cell(TITLES[row["kind"]]),
        shown("before", value_words(tables, row["kind"], row["before"])),
        shown("after", value_words(tables, row["kind"], row["after"])),
        cell(row["cause"]),
        clause(tables, row["clause"], root),
        shown("arr_usd", money(row["arr_usd"]) if row["arr_usd"] is not None else "unknown"),
        shown("customers"),
    ]
