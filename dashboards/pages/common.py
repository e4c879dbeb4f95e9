"""Cells that several pages share: partners, statuses, clauses, programs.

Belongs here: small ready-made cells. Does not: sections of any one page.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dashboards.data import Row, Tables
from dashboards.figures import cell, figure, money, partner_link, people

GOOD = {"met", "compliant", "maintain", "up", "accepted", "yes"}
BAD = {"not_met", "non_compliant", "end_status", "down", "refused", "change_benefits"}
WORDS = {
    "not_met": "not met",
    "non_compliant": "non-compliant",
    "no_evidence": "no evidence",
    "needs_review": "needs review",
    "not_applicable": "not applicable",
    "change_benefits": "change benefits",
    "end_status": "end status",
}


def status(value: str | None) -> Markup:
    """A status as a word with a shape and a colour, never colour alone."""
    if value is None:
        return Markup("")
    kind = "good" if value in GOOD else "bad" if value in BAD else "open"
    return Markup('<span class="s s-{}">{}</span>').format(kind, WORDS.get(value, value))


def status_figure(row: Row, table: str, key: dict[str, Any], column: str) -> Markup:
    """A status that can be held against its table."""
    return figure(row[column], table, key, column, shown=status(row[column]))


def partner(tables: Tables, partner_id: str, root: str) -> Markup:
    """A partner's name, linked to its scorecard, with its id (two partners may share a name)."""
    name = tables.partner_name(partner_id)
    link = partner_link(partner_id, root, name)
    return Markup("{} <small>{}</small>").format(link, partner_id) if name != partner_id else link


def program_label(tables: Tables, program: str) -> str:
    """The program's name in the policy."""
    return tables.programs.get(program, {}).get("label") or program


def tier_label(tables: Tables, tier: str | None) -> str:
    """The tier's name in the policy; a dash when there is none."""
    return "—" if tier is None else tables.tiers.get(tier, {}).get("label") or tier


def clause(tables: Tables, clause_id: str | None) -> Markup:
    """A clause id with the document and section it stands in."""
    if not clause_id:
        return Markup("")
    row = tables.clauses.get(clause_id)
    if row is None:
        return cell(clause_id)
    where = f"{row['document']}: {row['section']}. {row['text']}"
    return Markup('<abbr title="{}">{}</abbr>').format(where, clause_id)


def money_figure(row: Row, table: str, key: dict[str, Any], column: str) -> Markup:
    """An amount in US dollars that can be held against its table."""
    return figure(row[column], table, key, column, shown=money(row[column]))


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 partner`, `2 partners`."""
    return f"{people(count)} {one if count == 1 else many or one + 's'}"
