"""What each partner's scorecard is made from, as one digest per partner: a page whose digest is
unchanged need not be made again.

Belongs here: which tables a scorecard reads, and the digests. Does not: the page
(pages/scorecard.py), or where digests are kept (orchestration/defs/dashboards.py).

A scorecard shows rows of its own partner, and of others only what `_common` names. Two tests check
that: one renders pages from warehouses that hold a single partner's rows, the other compares TABLES
with every query that pages send.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from dashboards.data import Tables
from dashboards.links import bundle_path, letter_path

# Tables that are read as they are: a partner's own rows if each row has a partner, else all rows.
TABLES = (
    *(
        f"decisions.{name}"
        for name in (
            "actions",
            "governance_reviews",
            "tier_assignments",
            "tier_margins",
            "tier_notices",
            "tier_steps",
        )
    ),
    *(
        f"intermediate.{name}"
        for name in (
            "int_apps__contact_requests",
            "int_apps__facts",
            "int_apps__listed",
            "int_apps__owners",
            "int_deals__checks",
            "int_figures__facts",
            "int_listings__services",
            "int_metrics__evidence",
            "int_people__evidence",
            "int_periods",
            "int_policy__assumed",
            "int_policy__metric_parameters",
            "int_policy__partner_values",
            "int_referrals__checks",
            "int_reseller__forecasts",
            "int_reseller__orders",
            "int_reseller__reports",
            "int_usage__call_months",
            "int_usage__data_flow",
            "int_usage__windows",
        )
    ),
    # What landed rows depend on besides the bytes: a corrected column map has them judged again.
    "landing.judged_under",
    "landing.referrals",
    "landing.registrations",
    *(
        f"marts.{name}"
        for name in (
            "dim_partners",
            "fct_app_data_flow",
            "fct_arr_by_partner_month",
            "fct_arr_by_partner_year",
            "fct_benefits",
            "fct_deal_registrations",
            "fct_listings",
            "fct_overlaps",
            "fct_partner_influence",
            "fct_partner_usage_by_month",
            "fct_program_compliance",
            "fct_referrals",
            "fct_requirement_results",
            "fct_service_listings",
            "fct_tier_eligibility",
            "fct_unread_rows",
        )
    ),
    *(
        f"policy.{name}"
        for name in (
            "benefits",
            "clauses",
            "lists",
            "metric_sentences",
            "metrics",
            "parameter_values",
            "parameters",
            "programs",
            "requirements",
            "tier_criteria",
            "tier_steps",
            "tiers",
        )
    ),
    "run.parameters",
    "run.published_criteria",
    "run.published_decisions",
    "run.published_requirements",
    "staging.stg_deal_registration__registrations",
    "staging.stg_partner_activity__partner_owners",
    "staging.stg_partner_activity__referrals",
)
# Tables that are read whole all the same: whose an app is depends on every partner that names it,
# and landed rows may name a partner that has since become another.
WHOLE = frozenset(
    {
        "intermediate.int_apps__owners",
        *(place for place in TABLES if place.startswith(("landing.", "staging."))),
    }
)
# Left-out columns: lines are numbered over all partners, so one partner's new line changes the
# numbers of others, and pages show none. The rows that evidence shows lie in files, and change only
# with a file's bytes.
QUERIES = {
    "intermediate.int_arr__lines": """
        select * exclude (line_number) from intermediate.int_arr__lines
    """,
    "intermediate.int_arr__items": """
        select lines.partner_id, lines._file, lines._row, lines._cell, items.item
        from intermediate.int_arr__items as items
        inner join intermediate.int_arr__lines as lines using (line_number)
    """,
    "intermediate.int_arr__doubts": """
        select lines.partner_id, lines._file, lines._row, lines._cell,
            doubts.* exclude (line_number, other_number)
        from intermediate.int_arr__doubts as doubts
        inner join intermediate.int_arr__lines as lines using (line_number)
    """,
    "intermediate.int_listings__checks": """
        select owners.partner_id, checks.app_id, checks.clause, checks.detail
        from intermediate.int_listings__checks as checks
        inner join (select distinct app_id, partner_id from intermediate.int_apps__owners) as owners
            using (app_id)
        where not checks.is_met
    """,
    "landing.deliveries": """
        select distinct evidence.partner_id, deliveries.file, deliveries.sha256,
            deliveries.received_at, deliveries.status
        from (select distinct partner_id, file from intermediate.int_metrics__evidence) as evidence
        inner join landing.deliveries as deliveries using (file)
    """,
}
OWN = """
    select partner_id, count(*), bit_xor(hash(rows)), sum(hash(rows))
    from ({query}) as rows group by partner_id order by partner_id nulls first
"""
ALL = "select count(*), bit_xor(hash(rows)), sum(hash(rows)) from {table} as rows"
WITH_PARTNER = """
    select table_schema || '.' || table_name from information_schema.columns
    where column_name = 'partner_id'
"""


def digests(looks: Sequence[Tables], footer: str) -> dict[str, str]:
    """Partner id -> sha256 of what its pages are made from, for every partner with a page. `looks`:
    the run's year first, then earlier ones; `footer`: the words below each page."""
    tables = looks[0]
    with_partner = {place for (place,) in tables.con.execute(WITH_PARTNER).fetchall()} - WHOLE
    own: dict[str, list[object]] = defaultdict(list)
    common = _common(looks, footer)
    for place in TABLES:
        if place in tables.present and place not in with_partner:
            common.append((place, tables.con.execute(ALL.format(table=place)).fetchall()))
    by_partner = {place: f"from {place}" for place in TABLES if place in with_partner} | QUERIES
    for place, query in by_partner.items():
        if place not in tables.present:
            continue
        for partner_id, *held in tables.con.execute(OWN.format(query=query)).fetchall():
            (common if partner_id is None else own[partner_id]).append((place, held))
    for partner_id in tables.partners:
        own[partner_id].append(_beside(looks, partner_id))
    # What all partners share grows with the program, so it is read once and not once per partner.
    for_all = hashlib.sha256(f"{common!r} ".encode())
    return {partner_id: _digest(for_all, own[partner_id]) for partner_id in tables.partners}


def _digest(for_all: hashlib._Hash, own: list[object]) -> str:
    digest = for_all.copy()
    digest.update(repr(own).encode())
    return digest.hexdigest()


def unchanged(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """The partners whose pages are kept."""
    return frozenset(partner for partner, digest in now.items() if before.get(partner) == digest)


def _common(looks: Sequence[Tables], footer: str) -> list[object]:
    """What pages show that belongs to no single partner: which years there are, who has anything to
    do, the people whom the policy shows."""
    tables = looks[0]
    years = [
        (look.period, look.tier_year, look.review, look.arr_year, look.latest_flow_year)
        for look in looks
    ]
    owners = sorted({row["owner"] for row in tables.rows("actions")})
    return [footer, years, owners, sorted(tables.named.items())]


def _beside(looks: Sequence[Tables], partner_id: str) -> list[bool]:
    """Whether each of the partner's letters and bundles lies in the site."""
    return [
        path(partner_id, look.tier_year - 1) in looks[0].beside
        for look in looks
        for path in (letter_path, bundle_path)
    ]
