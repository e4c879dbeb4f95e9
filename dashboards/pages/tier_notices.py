"""Notices on the tiers page: whose tier falls on which day, and what would keep it."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.components import Section, Table, columns
from dashboards.data import Tables
from dashboards.pages.common import Figures, assumed, partner
from scoring.inputs import NOTICE_PARAMETER
from scoring.words import word

NOTICES = "decisions.tier_notices"


def notice_sections(tables: Tables) -> list[Section]:
    """One section where the policy gives notice and somebody has one, else none."""
    rows = tables.where("tier_notices", "tier_year", tables.tier_year)
    if not rows:
        return []
    body = []
    for row in sorted(rows, key=lambda row: (row["falls_on"], row["partner_id"])):
        shown = Figures(NOTICES, row, "tier_year", "partner_id")
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                shown("tier", word(row["tier"])),
                shown("falls_to", word(row["falls_to"])),
                shown("announced_on"),
                shown("falls_on"),
                shown("kept_by"),
            ]
        )
    head = columns("Partner", "Tier", "Falls to", "@Announced", "@Falls on", "~What would keep it")
    words = [
        Markup("A partner whose tier would fall keeps it until the notice is over.{}").format(
            assumed(tables, NOTICE_PARAMETER)
        )
    ]
    table = Table("Notices of a fall", head, body)
    return [Section("Notices of a fall", "notices", words, tables=[table])]
