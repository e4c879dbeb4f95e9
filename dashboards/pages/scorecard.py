"""A partner's scorecard: the answer, why, and everything that the tables know of the partner."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from markupsafe import Markup

from dashboards.data import Row, Tables
from dashboards.figures import cell, figure
from dashboards.links import page_name
from dashboards.pages import scorecard_facts as facts
from dashboards.pages import scorecard_history as history
from dashboards.pages import scorecard_proof as proof
from dashboards.pages.common import Figures, program_label, status, tier_label
from dashboards.pages.owner import link_to
from dashboards.parts import Headline, Page, Section, Table, columns
from dashboards.words import word
from scoring.actions.kinds import DONE
from scoring.first_lines import action_lines, missing_for, next_tier, program_lines, tier_line
from scoring.proof import Criterion
from scoring.proofs import Standing, every_standing
from scoring.vocabulary import Movement

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
        *_actions(tables, partner_id),
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
    said = [Markup("{}").format(line) for line in _answer(tables, partner_id, standing)]
    if standing.published:
        said.append(Markup("{}.").format(standing.published))
    if not standing.requirements:
        said.append(Markup("In no program’s ledger in {}.").format(tables.period))
    partner = tables.partners[partner_id]
    where = ", ".join(p for p in (partner.get("region"), partner.get("country")) if p)
    parts = [partner_id, where, partner.get("domain"), partner.get("status")]
    said.append(Markup('<span class="note">{}</span>').format(" · ".join(p for p in parts if p)))
    return said


def _answer(tables: Tables, partner_id: str, standing: Standing) -> list[str]:
    """What happened, why, what to do and by when; in which programs, what fails first."""
    lines: list[str] = []
    told: list[Criterion] = []
    labels = {tier: tier_label(tables, tier) for tier in tables.tiers}
    for row in tables.where("tier_assignments", "partner_id", partner_id):
        if row["tier_year"] == tables.tier_year:
            lines += tier_line(row, labels, standing.ladder, list(tables.tiers))
            told = missing_for(next_tier(row, list(tables.tiers)), standing.ladder)
    statuses = {
        row["program"]: row["status"]
        for row in tables.where("fct_program_compliance", "partner_id", partner_id)
        if row["period"] == tables.period
    }
    lines += program_lines(
        (
            (
                program_label(tables, program),
                statuses[program],
                [c for c in standing.requirements if c.program == program],
            )
            for program in tables.programs
            if program in statuses
        ),
        told,
    )
    return lines + action_lines(tables.where("actions", "partner_id", partner_id))


def _actions(tables: Tables, partner_id: str) -> list[Section]:
    """What waits for somebody, who looks after the partner, and what can be sent to it."""
    words = []
    owners = tables.owners.get(partner_id, [])
    if owners:
        named = Markup(", ").join(
            Markup("{} ({})").format(row["owner"], word(row["role"])) for row in owners
        )
        words.append(Markup("Looked after by {}.").format(named))
    year = tables.tier_year - 1
    bundle = f"plumbline bundle {shlex.quote(partner_id)} --year {year} --out partner.duckdb"
    words.append(
        Markup(
            "Its letter is among those of <code>plumbline letters --year {} --out letters</code>; "
            "its own figures to recompute come with <code>{}</code>."
        ).format(year, bundle)
    )
    rows = [
        row for row in tables.where("actions", "partner_id", partner_id) if row["state"] != DONE
    ]
    rows.sort(key=lambda row: (row["due_on"], row["action_id"]))
    body = []
    for row in rows:
        said = Figures("decisions.actions", row, "action_id")
        body.append(
            [
                said("due_on"),
                said.status("state"),
                cell(row["reason"]),
                link_to(row["owner"], "../"),
                Markup("<code>{}</code>").format(row["command"]),
            ]
        )
    head = columns("@Due", "State", "~What", "Owner", "~Command")
    table = Table("What waits for somebody", head, body, empty="nothing")
    return [Section("Open actions", "actions", words, tables=[table])]


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
    if row["movement"] == Movement.FIRST:
        return "its first assignment"
    before = tier_label(tables, row["previous_tier"])
    return {"same": "as before"}.get(row["movement"], f"{row['movement']} from {before}")
