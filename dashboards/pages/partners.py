"""The list of partners: the way to every scorecard."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.data import Tables
from dashboards.figures import cell, figure
from dashboards.pages.common import partner, program_label
from dashboards.parts import Column, Page, Section, Table

PARTNERS = "marts.dim_partners"


def page(tables: Tables) -> Page:
    """Every partner with its programs and status."""
    body = []
    for partner_id, row in tables.partners.items():
        key = {"partner_id": partner_id}
        programs = row.get("programs") or []
        names = ", ".join(program_label(tables, program) for program in programs)
        body.append(
            [
                partner(tables, partner_id, ""),
                figure(programs, PARTNERS, key, "programs", shown=names or "none"),
                cell(row.get("country")),
                cell(row.get("region")),
                figure(row.get("status"), PARTNERS, key, "status"),
                figure(row.get("joined_on"), PARTNERS, key, "joined_on"),
            ]
        )
    columns = (
        Column("Partner"),
        Column("Programs"),
        Column("Country"),
        Column("Region"),
        Column("Status"),
        Column("Joined"),
    )
    lead = [Markup("{} partners; each name leads to its scorecard.").format(len(body))]
    table = Table("Partners", columns, body, search=True)
    return Page(
        "partners.html", "Partners", lead, [], [Section("All partners", "all", tables=[table])]
    )
