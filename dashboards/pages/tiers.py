"""Tiers: who stands where next year, who moved, and what holds each partner back."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.data import Tables, count_by
from dashboards.figures import cell, figure
from dashboards.pages.common import partner, status, tier_label
from dashboards.parts import Column, Page, Section, Table

ASSIGNMENTS = "decisions.tier_assignments"


def page(tables: Tables) -> Page:
    """Tier assignments of the tier year after the run's year."""
    tier_year = tables.run["year"] + 1
    rows = tables.where("tier_assignments", "tier_year", tier_year)
    open_rows = [row for row in rows if row["undetermined"]]
    lead = [
        Markup(
            "{} partners are assigned a tier for {}; {} of them could stand elsewhere once "
            "missing evidence or a person's judgement is in."
        ).format(
            figure(len(rows), ASSIGNMENTS, {"tier_year": tier_year}, "count(*)"),
            tier_year,
            figure(
                len(open_rows),
                ASSIGNMENTS,
                {"tier_year": tier_year, "undetermined": True},
                "count(*)",
            ),
        ),
        Markup(
            "Assessed once, on the calendar year before (TIER-ANNUAL); nothing moves a tier "
            "within the year."
        ),
    ]
    return Page(
        "tiers.html",
        f"Tiers for {tier_year}",
        lead,
        [],
        [_flow(tables, rows), _assignments(tables, rows, tier_year)],
    )


def _flow(tables: Tables, rows: list[dict]) -> Section:
    counts = count_by(rows, lambda row: (row["previous_tier"], row["tier"]))
    body = []
    tier_year = tables.run["year"] + 1
    for (before, after), count in sorted(counts.items(), key=str):
        key = {"tier_year": tier_year, "previous_tier": before, "tier": after}
        body.append(
            [
                cell(tier_label(tables, before)),
                cell(tier_label(tables, after)),
                figure(count, ASSIGNMENTS, key, "count(*)"),
            ]
        )
    columns = (Column("From"), Column("To"), Column("Partners", numeric=True))
    return Section("Movement", "movement", tables=[Table("From tier to tier", columns, body)])


def _assignments(tables: Tables, rows: list[dict], tier_year: int) -> Section:
    body = []
    for row in rows:
        key = {"tier_year": tier_year, "partner_id": row["partner_id"]}

        def shown(column: str, text: str | None = None, row=row, key=key) -> Markup:
            return figure(row[column], ASSIGNMENTS, key, column, shown=text)

        interval = ""
        if row["undetermined"]:
            low, high = (tier_label(tables, row[c]) for c in ("tier_low", "tier_high"))
            interval = f"{low} to {high}"
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                shown("tier", tier_label(tables, row["tier"])),
                shown("previous_tier", tier_label(tables, row["previous_tier"])),
                figure(
                    row["movement"], ASSIGNMENTS, key, "movement", shown=status(row["movement"])
                ),
                cell(interval),
                shown("binding_criterion"),
                shown("gap_to_next"),
                shown("smallest_change"),
            ]
        )
    columns = (
        Column("Partner"),
        Column("Tier"),
        Column("Before"),
        Column("Movement"),
        Column("Open between"),
        Column("Binding criterion"),
        Column("Gap to next", numeric=True),
        Column("Smallest change up"),
    )
    table = Table(f"Tier assignments for {tier_year}", columns, body, search=True)
    return Section("Assignments", "assignments", tables=[table])
