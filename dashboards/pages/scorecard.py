"""A partner's scorecard: the answer, why, and everything that the tables know of the partner."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from dashboards.components import Headline, Page, Section, Table, Years, columns
from dashboards.data import Row, Tables
from dashboards.delivered import PageRows, delivered
from dashboards.figures import cell, figure
from dashboards.links import bundle_path, letter_path, scorecard_path
from dashboards.pages import scorecard_facts as facts
from dashboards.pages import scorecard_history as history
from dashboards.pages import scorecard_proof as proof
from dashboards.pages.common import Figures, program_label, status, tier_label, to_copy
from dashboards.pages.owner_links import link_to
from scoring.actions.kinds import DONE
from scoring.first_lines import action_lines, missing_for, next_tier, program_lines, tier_line
from scoring.proof import Criterion
from scoring.proofs import Standing, each_standing
from scoring.vocabulary import Movement
from scoring.words import plural, word

ASSIGNMENTS = "decisions.tier_assignments"
COMPLIANCE = "marts.fct_program_compliance"
# For up to this many partners every row is searched; for more, everybody's rows are read.
FEW = 200
# How many partners' pages are made from rows that are read together.
TOGETHER = 1_000


def pages(
    looks: Sequence[Tables], standing: frozenset[str] = frozenset()
) -> Iterator[tuple[Page, Years]]:
    """The page of each partner, in the order of their ids, and of each earlier year that it was
    judged in, with the years that a page can be switched to. `looks`: the run's year first;
    `standing`: partners whose pages are kept."""
    judged = {look.period: _judged(look) for look in looks}
    for look in looks:
        wanted = [one for one in _partners(look, judged[look.period]) if one not in standing]
        for partner_id, page in _of_year(look, wanted):
            years = [
                (each.period, quote(scorecard_path(partner_id, each.year).partition("/")[2]))
                for each in looks
                if each.year is None or partner_id in judged[each.period]
            ]
            yield page, years if len(years) > 1 else ()


def _judged(tables: Tables) -> set[str]:
    """Who was in a ledger of the year, or had a tier on its results."""
    ledger = tables.where("fct_program_compliance", "period", tables.period)
    tiers = tables.where("tier_assignments", "tier_year", tables.tier_year)
    return {row["partner_id"] for row in (*ledger, *tiers)}


def paths(looks: Sequence[Tables], partners: Collection[str]) -> Iterator[str]:
    """The files of these partners' pages."""
    for look in looks:
        for partner_id in _partners(look, _judged(look)):
            if partner_id in partners:
                yield scorecard_path(partner_id, look.year)


def _partners(tables: Tables, judged: set[str]) -> list[str]:
    """Who has a page of the year looked at."""
    return [one for one in tables.partners if tables.year is None or one in judged]


def _of_year(tables: Tables, partners: Sequence[str]) -> Iterator[tuple[str, Page]]:
    if not partners:
        return
    year = tables.tier_year - 1
    only = partners if len(partners) <= FEW else None
    standings = each_standing(tables.con, year, tables.period, proof.EVIDENCE_SHOWN, only)
    head = next(standings, None)
    # Rows are held only while the pages of one group of partners are made.
    for start in range(0, len(partners), TOGETHER):
        chunk = partners[start : start + TOGETHER]
        held: dict[str, Standing] = {}
        while head is not None and head[0] <= chunk[-1]:
            held[head[0]] = head[1]
            head = next(standings, None)
        tables.near(chunk[0], chunk[-1])
        yield from _together(tables, chunk, held)


def _together(
    tables: Tables, partners: Sequence[str], standings: Mapping[str, Standing]
) -> Iterator[tuple[str, Page]]:
    every = (
        item
        for partner_id in partners
        if (standing := standings.get(partner_id))
        for criterion in (*standing.ladder, *standing.requirements)
        for item in criterion.evidence[: proof.EVIDENCE_SHOWN]
    )
    rows = delivered(tables, every)
    for partner_id in partners:
        standing = standings.get(partner_id) or Standing()
        yield partner_id, _page(tables, partner_id, standing, PageRows(rows))


def _page(tables: Tables, partner_id: str, standing: Standing, rows: PageRows) -> Page:
    now = tables.year is None
    sections = [
        *(_actions(tables, partner_id) if now else []),
        *proof.tier(tables, partner_id, standing, rows),
        *proof.programs(tables, partner_id, standing, rows),
        *(facts.sections(tables, partner_id) if now else []),
        *(history.sections(tables, partner_id) if now else []),
        *([_to_send(tables, partner_id)] if now else []),
    ]
    return Page(
        path=scorecard_path(partner_id, tables.year),
        title=tables.partner_name(partner_id),
        lead=_lead(tables, partner_id, standing),
        headlines=_headlines(tables, partner_id),
        sections=sections,
        rows=rows.text(),
    )


def _lead(tables: Tables, partner_id: str, standing: Standing) -> list[Markup]:
    lines = [Markup("{}").format(line) for line in _answer(tables, partner_id, standing)]
    if standing.published:
        lines.append(Markup("{}.").format(standing.published))
    if not standing.requirements:
        lines.append(Markup("In no program at the end of {}.").format(tables.period))
    partner = tables.partners[partner_id]
    where = ", ".join(p for p in (partner.get("region"), partner.get("country")) if p)
    parts = [partner_id, where, partner.get("domain"), partner.get("status")]
    lines.append(Markup('<span class="note">{}</span>').format(" · ".join(p for p in parts if p)))
    if tables.year is None:
        lines.append(_ways(tables, partner_id))
    return lines


def _ways(tables: Tables, partner_id: str) -> Markup:
    """Who looks after the partner, what waits for somebody, and what can be sent to it."""
    waiting = sum(row["state"] != DONE for row in tables.where("actions", "partner_id", partner_id))
    owners = [
        Markup("{} {}").format(word(row["role"]), owner_link(tables, row["owner"]))
        for row in tables.owners.get(partner_id, [])
    ]
    ways = [
        *owners,
        Markup('<a href="#actions">{}</a>').format(plural(waiting, "open action")),
        *(Markup("{}").format(link) for link in _sent(tables, partner_id)),
    ]
    return Markup('<span class="note">{}</span>').format(Markup(" · ").join(ways))


def owner_link(tables: Tables, owner: str) -> Markup:
    """An owner with a link to their page, which exists if they have anything to do."""
    return link_to(owner, "../") if tables.where("actions", "owner", owner) else escape(owner)


def _sent(tables: Tables, partner_id: str) -> Iterator[Markup]:
    """Links to the letter and the bundle, or to the section on how they are made."""
    year = tables.tier_year - 1
    for name, path in (
        ("letter", letter_path(partner_id, year)),
        ("bundle", bundle_path(partner_id, year)),
    ):
        href = f"../{quote(path)}" if path in tables.beside else "#sent"
        yield Markup('<a href="{}">{} of {}</a>').format(href, name, year)


def _answer(tables: Tables, partner_id: str, standing: Standing) -> list[str]:
    """What happened, why, what to do and by when; then the programs, those that fail first."""
    lines: list[str] = []
    missing: list[Criterion] = []
    labels = {tier: tier_label(tables, tier) for tier in tables.tiers}
    for row in tables.where("tier_assignments", "partner_id", partner_id):
        if row["tier_year"] == tables.tier_year:
            lines += tier_line(row, labels, standing.ladder, list(tables.tiers))
            missing = missing_for(next_tier(row, list(tables.tiers)), standing.ladder)
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
        missing,
    )
    if tables.year is not None:
        return lines
    return lines + action_lines(tables.where("actions", "partner_id", partner_id))


def _actions(tables: Tables, partner_id: str) -> list[Section]:
    """What waits for somebody; if nothing does, the section says so."""
    rows = [
        row for row in tables.where("actions", "partner_id", partner_id) if row["state"] != DONE
    ]
    rows.sort(key=lambda row: (row["due_on"], row["action_id"]))
    body = []
    for row in rows:
        shown = Figures("decisions.actions", row, "action_id")
        body.append(
            [
                shown("due_on"),
                shown.status("state"),
                cell(row["reason"]),
                link_to(row["owner"], "../"),
                to_copy(row["command"]),
            ]
        )
    head = columns("@Due", "State", "~What", "Owner", "~Command")
    table = Table("What waits for somebody", head, body, empty="nothing")
    return [Section("Open actions", "actions", tables=[table])]


def _to_send(tables: Tables, partner_id: str) -> Section:
    """How its letter and its bundle are made, and where they are afterwards."""
    year = tables.tier_year - 1
    words = []
    for path, document, command in (
        (letter_path(partner_id, year), "Its letter", f"plumbline letters --year {year}"),
        (
            bundle_path(partner_id, year),
            "Its bundle, with which it recomputes its own figures,",
            f"plumbline bundle {shlex.quote(partner_id)} --year {year}",
        ),
    ):
        if path in tables.beside:
            line = Markup('{} <a href="../{}">is in the site</a>.').format(document, quote(path))
        else:
            line = Markup("{} is written by <code>{}</code>; the next run links it here.").format(
                document, command
            )
        words.append(line)
    return Section("Letter and bundle", "sent", words)


def _headlines(tables: Tables, partner_id: str) -> list[Headline]:
    headlines = []
    for row in tables.where("tier_assignments", "partner_id", partner_id):
        if row["tier_year"] == tables.tier_year:
            key = {"tier_year": row["tier_year"], "partner_id": partner_id}
            value = figure(row["tier"], ASSIGNMENTS, key, "tier", tier_label(tables, row["tier"]))
            headlines.append(
                Headline(f"Tier for {row['tier_year']}", value, _movement(tables, row))
            )
    for row in tables.where("fct_program_compliance", "partner_id", partner_id):
        if row["period"] == tables.period:
            key = {name: row[name] for name in ("period", "partner_id", "program")}
            shown = figure(row["status"], COMPLIANCE, key, "status", status(row["status"]))
            headlines.append(Headline(program_label(tables, row["program"]), shown, tables.period))
    return headlines


def _movement(tables: Tables, row: Row) -> str:
    if row["movement"] == Movement.FIRST:
        return "its first assignment"
    before = tier_label(tables, row["previous_tier"])
    return {Movement.SAME: "as before"}.get(row["movement"], f"{row['movement']} from {before}")
