"""Governance: the reviews, their findings, what is recommended and what people decided."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.data import Tables, count_by
from dashboards.figures import cell, figure
from dashboards.pages.common import partner, program_label, status
from dashboards.parts import Column, Page, Section, Table

REVIEWS = "decisions.governance_reviews"


def page(tables: Tables) -> Page:
    """The latest review, then the run of reviews (GOV-BIANNUAL, GOV-DISTINCT)."""
    rows = tables.rows("governance_reviews")
    reviews = sorted({row["review"] for row in rows})
    latest = reviews[-1] if reviews else None
    recent = [row for row in rows if row["review"] == latest]
    asked = [row for row in recent if row["recommended_action"] != "maintain"]
    lead = [
        Markup(
            "The latest review is {}: {} partner programs reviewed, {} with more recommended "
            "than to maintain. The system recommends; a person decides."
        ).format(
            latest or "not held yet",
            figure(len(recent), REVIEWS, {"review": latest}, "count(*)"),
            cell(len(asked)),
        )
    ]
    sections = [_history(tables, rows, reviews), _review(tables, asked, latest)]
    return Page("governance.html", "Governance reviews", lead, [], sections)


def _history(tables: Tables, rows: list[dict], reviews: list[str]) -> Section:
    outcomes = ("compliant", "undetermined", "non_compliant")
    counts = count_by(rows, lambda row: (row["review"], row["program"], row["outcome"]))
    body = []
    for review in reviews:
        for program in tables.programs:
            if not any(counts.get((review, program, o)) for o in outcomes):
                continue
            cells = [cell(review), cell(program_label(tables, program))]
            for outcome in outcomes:
                key = {"review": review, "program": program, "outcome": outcome}
                count = counts.get((review, program, outcome), 0)
                cells.append(figure(count, REVIEWS, key, "count(*)"))
            body.append(cells)
    columns = (
        Column("Review"),
        Column("Program"),
        Column("Compliant", numeric=True),
        Column("Undetermined", numeric=True),
        Column("Non-compliant", numeric=True),
    )
    table = Table("Outcomes by review and program", columns, body)
    return Section("Reviews so far", "reviews", tables=[table])


def _review(tables: Tables, rows: list[dict], review: str | None) -> Section:
    body = []
    for row in rows:
        key = {name: row[name] for name in ("review", "partner_id", "program")}
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                cell(program_label(tables, row["program"])),
                figure(row["outcome"], REVIEWS, key, "outcome", shown=status(row["outcome"])),
                figure(row["findings"], REVIEWS, key, "findings"),
                figure(row["consecutive_non_compliant"], REVIEWS, key, "consecutive_non_compliant"),
                figure(
                    row["recommended_action"],
                    REVIEWS,
                    key,
                    "recommended_action",
                    shown=status(row["recommended_action"]),
                ),
                figure(
                    row["decided_action"],
                    REVIEWS,
                    key,
                    "decided_action",
                    shown=row["decided_action"] or "not decided",
                ),
            ]
        )
    columns = (
        Column("Partner"),
        Column("Program"),
        Column("Outcome"),
        Column("Findings"),
        Column("In a row", numeric=True),
        Column("Recommended"),
        Column("Decided"),
    )
    table = Table(
        f"More than to maintain, {review}",
        columns,
        body,
        search=True,
        empty="nothing is recommended but to maintain",
    )
    return Section("For a decision", "decisions", tables=[table])
