"""The list of partners: the way to every scorecard."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.data import Tables, count_by
from dashboards.figures import cell, count, figure
from dashboards.pages.common import Figures, partner, program_label, status
from dashboards.parts import Page, Section, Table, columns

PARTNERS = "marts.dim_partners"
COMPLIANCE = "marts.fct_program_compliance"


def page(tables: Tables) -> Page:
    """Every partner with its programs and where it stands in each."""
    rows = tables.rows("dim_partners")
    names = count_by(rows, lambda row: row["name"])
    lead = [
        Markup("{} partners; each name leads to a scorecard that says why.").format(
            count(len(rows), PARTNERS, {})
        )
    ]
    shared = sorted(name for name, number in names.items() if name and number > 1)
    if shared:
        shown = ", ".join(shared[:5]) + (" and others" if len(shared) > 5 else "")
        lead.append(
            Markup("Some share a name ({}); the id beside it tells them apart.").format(shown)
        )
    body = []
    for partner_id, row in tables.partners.items():
        standing = _standing(tables, partner_id)
        if "programs" not in row:
            blank = Markup("—")
            body.append([partner(tables, partner_id, ""), standing, *[blank] * 4])
            continue
        figures = Figures(PARTNERS, row, "partner_id")
        body.append(
            [
                partner(tables, partner_id, ""),
                standing,
                cell(row["country"] or "—"),
                cell(row["region"] or "—"),
                figures.status("status"),
                figures("joined_on"),
            ]
        )
    head = columns("Partner", "Programs and standing", "%Country", "%Region", "%Status", "@Joined")
    table = Table("Partners", head, body, search=True)
    section = Section("All partners", "all", tables=[table])
    return Page("partners.html", "Partners", lead, [], [section])


def _standing(tables: Tables, partner_id: str) -> Markup:
    parts = []
    for row in tables.where("fct_program_compliance", "partner_id", partner_id):
        if row["period"] != tables.period:
            continue
        key = {name: row[name] for name in ("period", "partner_id", "program")}
        shown = figure(row["status"], COMPLIANCE, key, "status", status(row["status"]))
        parts.append(Markup("{}: {}").format(program_label(tables, row["program"]), shown))
    return Markup("<br>").join(parts) or Markup("in no program’s ledger")
