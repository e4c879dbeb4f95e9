"""A scorecard's history: tiers, compliance and reviews over time.

Belongs here: past results, newest first. Does not: the current decision or its proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.components import Section, Table, columns
from dashboards.data import Tables
from dashboards.figures import cell, figure
from dashboards.pages.common import (
    Figures,
    criterion_label,
    program_label,
    readable,
    status,
    tier_label,
)
from dashboards.pages.tier_steps import steps_table
from dashboards.reading import grouped
from scoring.vocabulary import Standing

ASSIGNMENTS = "decisions.tier_assignments"
COMPLIANCE = "marts.fct_program_compliance"
REVIEWS = "decisions.governance_reviews"


def sections(tables: Tables, partner_id: str) -> Iterator[Section]:
    """One section with the partner's past results; none without any."""
    made = (_tiers, steps_table, _standing, _reviews)
    shown = [table for make in made if (table := make(tables, partner_id)) is not None]
    if shown:
        yield Section("History", "history", tables=shown)


def _tiers(tables: Tables, partner_id: str) -> Table | None:
    rows = tables.where("tier_assignments", "partner_id", partner_id)
    body = []
    for row in reversed(rows):
        shown = Figures(ASSIGNMENTS, row, "tier_year", "partner_id")
        body.append(
            [
                cell(str(row["tier_year"])),
                shown("tier", tier_label(tables, row["tier"])),
                shown.status("movement"),
                shown("binding_criterion", criterion_label(tables, row["binding_criterion"])),
                shown("gap_to_next", "—" if row["gap_to_next"] is None else None),
                shown("smallest_change", readable(tables, row["smallest_change"]) or "—"),
            ]
        )
    head = columns(
        "Tier year", "Tier", "Movement", "What is short", "#Gap to next", "~Smallest change up"
    )
    return Table("Tier by tier year", head, body) if body else None


def _standing(tables: Tables, partner_id: str) -> Table | None:
    rows = tables.where("fct_program_compliance", "partner_id", partner_id)
    periods = grouped(rows, "period")
    programs = [p for p in tables.programs if any(row["program"] == p for row in rows)]
    body = []
    for period in sorted(periods, reverse=True):
        standing = {row["program"]: row["status"] for row in periods[period]}
        cells = [cell(period)]
        for program in programs:
            key = {"period": period, "partner_id": partner_id, "program": program}
            status_then = standing.get(program)
            cells.append(
                figure(status_then, COMPLIANCE, key, "status", status(status_then))
                if status_then is not None
                else cell("—")
            )
        body.append(cells)
    head = columns("Period", *(program_label(tables, program) for program in programs))
    return Table("Standing by period and program", head, body, folded=True) if body else None


def _reviews(tables: Tables, partner_id: str) -> Table | None:
    rows = tables.where("governance_reviews", "partner_id", partner_id)
    body = []
    for row in reversed(rows):
        if row["outcome"] == Standing.COMPLIANT and row["decided_action"] is None:
            continue
        shown = Figures(REVIEWS, row, "review", "partner_id", "program")
        decided = row["decided_action"]
        body.append(
            [
                cell(row["review"]),
                cell(program_label(tables, row["program"])),
                shown.status("outcome"),
                shown("findings"),
                shown("consecutive_non_compliant"),
                shown.status("recommended_action"),
                shown("decided_action", status(decided) if decided else "not decided"),
            ]
        )
    head = columns(
        "Review",
        "Program",
        "Outcome",
        "~Requirements missed",
        "#In a row",
        "Recommended",
        "Decided",
    )
    return Table("Reviews that found something", head, body) if body else None
