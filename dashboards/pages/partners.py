"""The list of partners: the way to every scorecard."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.components import Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count, figure
from dashboards.pages.common import Figures, partner, program_label, status, tier_label
from scoring.actions.kinds import DONE

PARTNERS = "marts.dim_partners"
COMPLIANCE = "marts.fct_program_compliance"
ASSIGNMENTS = "decisions.tier_assignments"
ARR = "marts.fct_arr_by_partner_year"
HEAD = columns(
    "Partner",
    "=Program",
    "=Status",
    "%Tier",
    "#ARR",
    "#Open actions",
    "%Owner",
    "%Country",
    "%Region",
    "%Partner is",
    "@Joined",
)


def page(tables: Tables) -> Page:
    """Every partner with its programs and its status in each."""
    rows = tables.rows("dim_partners")
    members = tables.where("fct_program_compliance", "period", tables.period)
    names = count_by(rows, lambda row: row["name"])
    lead = [
        Markup(
            "{} partners, of whom {} are in a program in {}; each name leads to a scorecard that "
            "says why."
        ).format(
            count(len(rows), PARTNERS, {}),
            figure(
                len({row["partner_id"] for row in members}),
                COMPLIANCE,
                {"period": tables.period},
                "count(distinct partner_id)",
            ),
            tables.period,
        )
    ]
    shared = sorted(name for name, number in names.items() if name and number > 1)
    if shared:
        shown = ", ".join(shared[:5]) + (" and others" if len(shared) > 5 else "")
        lead.append(
            Markup("Some share a name ({}); the id beside it tells them apart.").format(shown)
        )
    body = [_row(tables, partner_id, row) for partner_id, row in tables.partners.items()]
    table = Table("Partners", HEAD, body, search=True)
    section = Section("All partners", "all", tables=[table])
    return Page("partners.html", "Partners", lead, [], [section])


def _row(tables: Tables, partner_id: str, row: Row) -> list[Markup]:
    known = "programs" in row
    return [
        partner(tables, partner_id, ""),
        *_programs(tables, partner_id),
        _tier(tables, partner_id),
        _arr(tables, partner_id),
        _open_actions(tables, partner_id),
        _owners(tables, partner_id),
        cell(row.get("country") or "—"),
        cell(row.get("region") or "—"),
        status(row["status"]) if known else Markup("—"),
        cell(row["joined_on"]) if known else Markup("—"),
    ]


def _tier(tables: Tables, partner_id: str) -> Markup:
    for row in tables.where("tier_assignments", "partner_id", partner_id):
        if row["tier_year"] == tables.tier_year:
            return Figures(ASSIGNMENTS, row, "tier_year", "partner_id")(
                "tier", tier_label(tables, row["tier"])
            )
    return Markup("—")


def _arr(tables: Tables, partner_id: str) -> Markup:
    for row in tables.where("fct_arr_by_partner_year", "partner_id", partner_id):
        if row["year"] == tables.arr_year:
            shown = Figures(ARR, row, "partner_id", "year")
            if row["arr_usd"] is None:
                return shown("arr_usd", "—")
            return shown.money("arr_usd", row["minimum_usd"])
    return Markup("—")


def _open_actions(tables: Tables, partner_id: str) -> Markup:
    rows = tables.where("actions", "partner_id", partner_id)
    waiting = sum(row["state"] != DONE for row in rows)
    if not waiting:
        return Markup("—")
    column = f"count(*) filter (state != '{DONE}')"
    return figure(waiting, "decisions.actions", {"partner_id": partner_id}, column)


def _owners(tables: Tables, partner_id: str) -> Markup:
    owners = tables.owners.get(partner_id, [])
    names = dict.fromkeys(row["owner"] for row in owners)
    return Markup("<br>").join(cell(name) for name in names) or Markup("—")


def _programs(tables: Tables, partner_id: str) -> tuple[Markup, Markup]:
    """Each program, and where the partner stands in it: two cells of as many lines, which filters
    take together."""
    programs, standings = [], []
    for row in tables.where("fct_program_compliance", "partner_id", partner_id):
        if row["period"] != tables.period:
            continue
        key = {name: row[name] for name in ("period", "partner_id", "program")}
        shown = figure(row["status"], COMPLIANCE, key, "status", status(row["status"]))
        programs.append(cell(program_label(tables, row["program"])))
        standings.append(shown)
    if not programs:
        return Markup("in no program at the end of {}").format(tables.period), Markup("—")
    return Markup("<br>").join(programs), Markup("<br>").join(standings)
