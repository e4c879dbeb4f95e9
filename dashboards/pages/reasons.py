"""Why a registration, referral or listing does not pass, in words, each reason with its clause.

Belongs here: the sentences of the checks as cells, and the amounts and customers with them.
Does not: the tables that contain them (deals.py, referrals.py, scorecard_facts.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup, escape

from dashboards.data import Row, Tables
from dashboards.links import anchor
from dashboards.memoized import once_per_tables
from dashboards.pages.common import Figures, clause, named
from dashboards.words import plain_sentence

REGISTRATIONS = "staging.stg_deal_registration__registrations"
REFERRALS = "staging.stg_partner_activity__referrals"
DEAL_CHECKS = "intermediate.int_deals__checks"
REFERRAL_CHECKS = "intermediate.int_referrals__checks"
LISTING_CHECKS = "intermediate.int_listings__checks"
SERVICE_CHECKS = "intermediate.int_listings__services"

# How the id of a customer that is known by its domain begins.
DOMAIN = "d"

Said = Mapping[tuple[str, str], str]


@once_per_tables
def deal_checks(tables: Tables) -> Said:
    """(registration, clause) to why its check failed or is in doubt."""
    return _failing(tables, DEAL_CHECKS, "registration_id", "result <> 'pass'")


@once_per_tables
def referral_checks(tables: Tables) -> Said:
    """(referral, clause) to what it lacks."""
    return _failing(tables, REFERRAL_CHECKS, "referral_id")


@once_per_tables
def listing_checks(tables: Tables) -> Said:
    """(app, clause) to what its listing lacks."""
    return _failing(tables, LISTING_CHECKS, "app_id")


@once_per_tables
def service_checks(tables: Tables) -> Said:
    """(partner, clause) to what its Marketplace tile lacks."""
    return _failing(tables, SERVICE_CHECKS, "partner_id")


def _failing(tables: Tables, place: str, identifier: str, fails: str = "not is_met") -> Said:
    """The details of a table of checks for each clause in one sentence, of those that fail."""
    rows = tables.read(
        place,
        f"select {identifier} as id, clause, detail from {place} where {fails} order by all",
    )
    by_clause: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["detail"]:
            by_clause[row["id"], row["clause"]].append(plain_sentence(row["detail"]))
    return {key: "; ".join(dict.fromkeys(details)) for key, details in by_clause.items()}


def reasons(tables: Tables, shown: Figures, row: Row, identity: str, checks: Said, root: str = ""):
    """The column `reasons` in words, each with its clause, which can be filtered by."""
    parts = []
    for name in row["reasons"] or []:
        detail = checks.get((identity, name))
        cited = Markup('<a class="c" href="{}policy.html#{}" data-choice>{}</a>').format(
            root, anchor("clause", name), name
        )
        known = name in tables.clauses
        if detail and known:
            parts.append(Markup("{} ({})").format(detail, cited))
        else:
            parts.append(clause(tables, name, root) if known else escape(name))
    return shown("reasons", Markup("<br>").join(parts)) if parts else Markup("—")


@once_per_tables
def registrations(tables: Tables) -> Mapping[str, Row]:
    """Registration id to its customer and amount as the partner wrote them."""
    rows = tables.read(
        REGISTRATIONS,
        f"select registration_id, customer_name, estimated_arr_usd from {REGISTRATIONS}"
        " order by all",
    )
    return {row["registration_id"]: row for row in rows}


@once_per_tables
def referrals(tables: Tables) -> Mapping[str, Row]:
    """Referral id to its partner, customer and amount."""
    rows = tables.read(
        REFERRALS,
        f"select referral_id, partner_id, customer_name, amount_usd from {REFERRALS} order by all",
    )
    return {row["referral_id"]: row for row in rows}


def end_customer(sent: Row | None, customer_id: str | None) -> Markup:
    """The customer as it was named, with the domain by which it is known where there is one."""
    name = (sent or {}).get("customer_name")
    kind, _, domain = (customer_id or "").partition(":")
    return named(name, domain) if kind == DOMAIN else escape(name or "—")


def amount(table: str, row: Row | None, key: str, column: str) -> Markup:
    """An amount of a delivered row; a dash where it names none."""
    if row is None or row[column] is None:
        return Markup("—")
    return Figures(table, row, key).money(column)
