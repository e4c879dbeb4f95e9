"""The published tables as data: schema, columns with types, key and sort order.

Belongs here: what outside readers may rely on, for export, tests and the dashboards.
Does not: how a table is computed, or any row of one.
"""

from __future__ import annotations

from scoring.published_shape import PublishedTable
from scoring.published_shape import shape as _table

__all__ = ["PUBLISHED", "PublishedTable", "published"]

TIER_ASSIGNMENTS = _table(
    "decisions",
    "tier_assignments",
    "tier_year partner_id",
    "tier_year count, partner_id text, tier text, tier_low text, tier_high text,"
    "previous_tier text, movement text, binding_criterion text, gap_to_next figure,"
    "smallest_change text, undetermined flag, closed_on date, closed_reason text,"
    "policy_version text, input_digest text",
)
TIER_MARGINS = _table(
    "decisions",
    "tier_margins",
    "tier_year partner_id criterion",
    "tier_year count, partner_id text, tier text, criterion text, status text, value figure,"
    "threshold figure, margin figure, clause text, sentence text",
)
TIER_NOTICES = _table(
    "decisions",
    "tier_notices",
    "tier_year partner_id",
    "tier_year count, partner_id text, tier text, falls_to text, announced_on date, falls_on date,"
    "is_over flag, kept_by text, policy_version text",
)
TIER_STEPS = _table(
    "decisions",
    "tier_steps",
    "period partner_id",
    "period text, partner_id text, tier text, tier_low text, tier_high text,"
    "previous_tier text, movement text, moved_on date, binding_criterion text,"
    "gap_to_next figure, smallest_change text, undetermined flag, policy_version text",
)
GOVERNANCE_REVIEWS = _table(
    "decisions",
    "governance_reviews",
    "review partner_id program",
    "review text, partner_id text, program text, outcome text, findings texts,"
    "consecutive_non_compliant count, recommended_action text, decided_action text",
)
CHANGES = _table(
    "decisions",
    "changes",
    "since period partner_id program kind cause",
    "since text, period text, partner_id text, program text, kind text, before text, after text,"
    "cause text, clause text, arr_usd money, customers count",
)
ACTIONS = _table(
    "decisions",
    "actions",
    "action_id",
    "action_id text, partner_id text, program text, kind text, owner text, due_on date,"
    "state text, reason text, arr_usd money, customers count, command text, clause text,"
    "source_table text, source_key text",
)

MARTS = (
    _table(
        "marts",
        "dim_partners",
        "partner_id",
        "partner_id text, name text, domain text, country text, region text, status text,"
        "joined_on date, programs texts",
    ),
    _table(
        "marts",
        "fct_arr_by_partner_month",
        "partner_id month",
        "partner_id text, month date, arr_usd money, new money, expansion money,"
        "contraction money, churn money, reactivation money",
    ),
    _table(
        "marts",
        "fct_arr_by_partner_year",
        "partner_id year",
        "partner_id text, year count, arr_usd money, booked_arr_usd money, minimum_usd money,"
        "minimum_source text, meets_minimum flag",
    ),
    _table(
        "marts",
        "fct_app_usage_by_month",
        "app_id month",
        "app_id text, month date, active_customers count, calls_read count, calls_write count",
    ),
    _table(
        "marts",
        "fct_app_data_flow",
        "year app_id",
        "year count, app_id text, observed text, declared text, months_read count,"
        "months_write count",
    ),
    _table(
        "marts",
        "fct_partner_usage_by_month",
        "partner_id month",
        "partner_id text, month date, active_customers count",
    ),
    _table(
        "marts",
        "fct_requirement_results",
        "period partner_id program requirement",
        "period text, partner_id text, program text, requirement text, status text, strength text,"
        "metric text, value figure, comparator text, threshold figure, threshold_source text,"
        "gap figure, clause text, evidence_count count, evidence_date date,"
        "underlying_status text, other_value figure, reason text",
    ),
    _table(
        "marts",
        "fct_program_compliance",
        "period partner_id program",
        "period text, partner_id text, program text, status text",
    ),
    _table(
        "marts",
        "fct_unread_rows",
        "period partner_id program tier? requirement source entity file row_number? cell?"
        " column_name? value? rule",
        "period text, partner_id text, program text, tier text, requirement text, decides flag,"
        "source text, entity text, file text, row_number count, cell text, column_name text,"
        "value text, rule text, message text, received_on date",
    ),
    _table(
        "marts",
        "fct_tier_eligibility",
        "year partner_id tier criterion",
        "year count, partner_id text, tier text, criterion text, status text, value figure,"
        "other_value figure, threshold figure, clause text",
    ),
    _table(
        "marts",
        "fct_tier_step_eligibility",
        "period partner_id tier criterion",
        "period text, partner_id text, tier text, criterion text, status text, value figure,"
        "other_value figure, threshold figure, clause text",
    ),
    _table(
        "marts",
        "fct_deal_registrations",
        "registration_id",
        "registration_id text, partner_id text, end_customer_id text, recommendation text,"
        "reasons texts, state text, respond_by date, responded_late flag,"
        "approval_expires_on date, blocked_by text",
    ),
    _table(
        "marts",
        "fct_protected_accounts",
        "end_customer_id registration_id direct_opportunity_id?",
        "end_customer_id text, registration_id text, partner_id text, protected_from date,"
        "protected_to date, direct_opportunity_id text",
    ),
    _table(
        "marts",
        "fct_listings",
        "app_id",
        "app_id text, eligible flag, reasons texts, removal_candidate flag, last_active_on date",
    ),
    _table(
        "marts",
        "fct_service_listings",
        "partner_id",
        "partner_id text, eligible flag, reasons texts",
    ),
    _table(
        "marts",
        "fct_referrals",
        "referral_id",
        "referral_id text, commission_eligible flag, reasons texts",
    ),
    _table(
        "marts",
        "fct_benefits",
        "partner_id benefit program?",
        "partner_id text, benefit text, status text, program text, clause text, reason text",
    ),
    _table(
        "marts",
        "fct_overlaps",
        "partner_id account_id population? partner_population? source",
        "partner_id text, account_id text, population text, partner_population text, source text,"
        "seen_on date",
    ),
    _table(
        "marts",
        "fct_partner_influence",
        "year partner_id measure",
        "year count, partner_id text, measure text, value figure, count count, low figure,"
        "high figure, baseline figure",
    ),
    _table(
        "marts",
        "fct_policy_conflicts",
        "conflict effective_from",
        "conflict text, clause text, other_clause text, ruled_by text, effective_from date,"
        "reason text",
    ),
    _table(
        "marts",
        "fct_control_totals",
        "period measure partner_id? source",
        "period text, measure text, partner_id text, source text, as_of date, stated figure,"
        "ours figure, other_value figure, difference figure, tolerance figure, status text,"
        "reason text, file text, row_number count",
    ),
    _table(
        "marts",
        "fct_source_coverage",
        "source entity partner_id? app_id? month?",
        "source text, entity text, partner_id text, app_id text, month date, due date,"
        "received date, status text",
    ),
    _table(
        "marts",
        "fct_findings",
        "source entity key finding detail",
        "source text, entity text, key text, finding text, detail text",
    ),
)
DECISIONS = (
    TIER_ASSIGNMENTS,
    TIER_MARGINS,
    TIER_NOTICES,
    TIER_STEPS,
    GOVERNANCE_REVIEWS,
    CHANGES,
    ACTIONS,
)
LANDING = (
    _table(
        "landing",
        "deliveries",
        "source entity file delivery_id",
        "delivery_id text, source text, entity text, file text, sha256 text, received_at instant,"
        "rows_read count, rows_accepted count, rows_quarantined count, rows_duplicate count,"
        "status text",
    ),
    _table(
        "landing",
        "quarantine",
        "delivery_id row? cell? column?",
        "delivery_id text, row count, cell text, column text, value text, rule text, message text",
    ),
)
PUBLISHED = MARTS + DECISIONS + LANDING


def published(name: str) -> PublishedTable:
    """The published table called `name`; KeyError lists the names there are."""
    for table in PUBLISHED:
        if table.name == name:
            return table
    names = ", ".join(table.name for table in PUBLISHED)
    raise KeyError(f"no published table {name!r}; there are: {names}")
