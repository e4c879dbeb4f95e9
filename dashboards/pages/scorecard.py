"""A partner's scorecard: the answer, why, and everything that the tables know of the partner."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from dashboards.data import Row, Tables
from dashboards.figures import figure
from dashboards.links import page_name
from dashboards.pages import scorecard_facts as facts
from dashboards.pages import scorecard_history as history
from dashboards.pages import scorecard_proof as proof
from dashboards.pages.common import program_label, readable, status, tier_label
from dashboards.parts import Headline, Page
from scoring.proofs import Standing, every_standing

ASSIGNMENTS = "decisions.tier_assignments"
COMPLIANCE = "marts.fct_program_compliance"


def pages(tables: Tables) -> Iterator[Page]:
    """One page for each partner, in the order of their ids."""
    year = tables.tier_year - 1
    standings = every_standing(tables.con, year, tables.period, proof.EVIDENCE_SHOWN)
    for partner_id in tables.partners:
        yield _page(tables, partner_id, standings.get(partner_id) or Standing())


def _page(tables: Tables, partner_id: str, standing: Standing) -> Page:
    sections = [
        *proof.tier(tables, partner_id, standing),
        *proof.programs(tables, partner_id, standing),
        *facts.sections(tables, partner_id),
        *history.sections(tables, partner_id),
    ]
    return Page(
        path=f"partners/{page_name(partner_id)}",
        title=tables.partner_name(partner_id),
        lead=_lead(tables, partner_id, standing),
        headlines=_headlines(tables, partner_id),
        sections=sections,
    )


def _lead(tables: Tables, partner_id: str, standing: Standing) -> list[Markup]:
    said = []
    if standing.sentence:
        # The page is headed by the partner's name; its sentence need not begin with it again.
        named = f"{partner_id} ({tables.partner_name(partner_id)}): "
        sentence = readable(tables, standing.sentence.removeprefix(named))
        said.append(Markup("{}").format(sentence[:1].upper() + sentence[1:]))
    if standing.published:
        said.append(Markup("{}.").format(standing.published))
    missed = [
        criterion
        for criterion in standing.requirements
        if criterion.status == "not_met" and criterion.strength == "must"
    ]
    if missed:
        names = Markup(", ").join(
            Markup('<a href="#program-{}">{}</a>').format(
                criterion.program, proof.requirement_label(tables, criterion)
            )
            for criterion in missed
        )
        said.append(Markup("Missed in {}: {}.").format(tables.period, names))
    elif standing.requirements:
        said.append(
            Markup("No requirement that must be met is missed in {}.").format(tables.period)
        )
    else:
        said.append(Markup("In no program’s ledger in {}.").format(tables.period))
    partner = tables.partners[partner_id]
    where = ", ".join(p for p in (partner.get("region"), partner.get("country")) if p)
    parts = [partner_id, where, partner.get("domain"), partner.get("status")]
    said.append(Markup('<span class="note">{}</span>').format(" · ".join(p for p in parts if p)))
    return said


def _headlines(tables: Tables, partner_id: str) -> list[Headline]:
    found = []
    for row in tables.where("tier_assignments", "partner_id", partner_id):
        if row["tier_year"] == tables.tier_year:
            key = {"tier_year": row["tier_year"], "partner_id": partner_id}
            value = figure(row["tier"], ASSIGNMENTS, key, "tier", tier_label(tables, row["tier"]))
            found.append(Headline(f"Tier for {row['tier_year']}", value, _movement(tables, row)))
    for row in tables.where("fct_program_compliance", "partner_id", partner_id):
        if row["period"] == tables.period:
            key = {name: row[name] for name in ("period", "partner_id", "program")}
            shown = figure(row["status"], COMPLIANCE, key, "status", status(row["status"]))
            found.append(Headline(program_label(tables, row["program"]), shown, tables.period))
    return found


def _movement(tables: Tables, row: Row) -> str:
    if row["movement"] == "first":
        return "its first assignment"
    before = tier_label(tables, row["previous_tier"])
    return {"same": "as before"}.get(row["movement"], f"{row['movement']} from {before}")
