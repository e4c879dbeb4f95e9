"""The oracle's one entry: landing zone in, published tables out.

Belongs here: assembling rows by table name. Does not belong here: any rule.
"""

from datetime import date, datetime
from pathlib import Path

from .dates import end_of_local_day
from .deals import Deals
from .ledger import Ledger
from .listings import listings, referrals, service_listings
from .load import load
from .tiers import Tiers


def compute(
    landing: Path, year: int, known_at: datetime | None = None, as_of: date | None = None
) -> dict[str, list[dict]]:
    """Every published table the oracle knows, for a run of `year`, rows sorted by their key.

    known_at: only deliveries received by then. as_of: the day of sections 6 and 7, default
    December 31 of the year. Values are Decimal, date, str, bool, int, list or None.
    """
    facts = load(Path(landing), known_at)
    as_of = as_of or date(year, 12, 31)
    ledger = Ledger(facts, year)
    clock = known_at or facts.latest_received or end_of_local_day(date(year, 12, 31))
    tiers = Tiers(ledger, clock)
    deals = Deals(ledger, as_of)
    usage, december = ledger.usage, date(year, 12, 1)
    years = range(ledger.first_year, year + 1)
    tables = {
        "fct_arr_by_partner_year": ledger.arr_by_year(),
        "fct_arr_by_partner_month": ledger.books.months(year),
        "fct_requirement_results": ledger.results,
        "fct_unread_rows": ledger.unread,
        "fct_program_compliance": ledger.compliance(),
        "fct_tier_eligibility": tiers.eligibility,
        "tier_assignments": tiers.assignments,
        "governance_reviews": ledger.reviews(),
        "fct_app_usage_by_month": usage.by_app_month(december),
        "fct_app_data_flow": [
            usage.data_flow(a, y)
            for y in years
            for a in usage.ids
            if (launch := usage.launch(a)) is not None
            and launch <= date(y, 12, 31)
            and usage.owner(a, date(y, 12, 31)) is not None
        ],
        "fct_partner_usage_by_month": [
            {"partner_id": p, "month": m, "active_customers": len(companies)}
            for (p, m), companies in usage.active.items()
            if m <= december
        ],
        "fct_deal_registrations": deals.rows(),
        "fct_protected_accounts": deals.protected(),
        "fct_listings": listings(ledger, as_of),
        "fct_service_listings": service_listings(ledger, as_of),
        "fct_referrals": referrals(ledger, as_of),
    }
    return {name: sorted(rows, key=lambda r: sort_key(name, r)) for name, rows in tables.items()}


SCHEMAS = {"tier_assignments": "decisions", "governance_reviews": "decisions"}
KEYS = {
    "fct_arr_by_partner_year": ["partner_id", "year"],
    "fct_arr_by_partner_month": ["partner_id", "month"],
    "fct_requirement_results": ["period", "partner_id", "program", "requirement"],
    "fct_unread_rows": [
        "period",
        "partner_id",
        "program",
        "tier",
        "requirement",
        "file",
        "row_number",
    ],
    "fct_program_compliance": ["period", "partner_id", "program"],
    "fct_tier_eligibility": ["year", "partner_id", "tier", "criterion"],
    "tier_assignments": ["tier_year", "partner_id"],
    "governance_reviews": ["review", "partner_id", "program"],
    "fct_app_usage_by_month": ["app_id", "month"],
    "fct_app_data_flow": ["year", "app_id"],
    "fct_partner_usage_by_month": ["partner_id", "month"],
    "fct_deal_registrations": ["registration_id"],
    "fct_protected_accounts": ["end_customer_id", "registration_id"],
    "fct_listings": ["app_id"],
    "fct_service_listings": ["partner_id"],
    "fct_referrals": ["referral_id"],
}


def sort_key(table: str, row: dict) -> tuple:
    return tuple(str(row[k]) for k in KEYS[table])
