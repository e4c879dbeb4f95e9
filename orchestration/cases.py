"""The pipeline as plain calls on a small warehouse, for the policy's worked cases.

Belongs here: a runner for cases, and rebuilding a warehouse under another policy.
Does not: the cases, or their results (scoring/policy).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from ingest.deliveries.landing_tables import create_tables
from ingest.landing.land import land
from ingest.resolved.resolve import resolve
from orchestration.periods import land_request, year_request
from orchestration.rebuilding import NotBuilt, build_tables
from scoring.benefits import write_benefits
from scoring.policy.land import land_policy
from scoring.policy.model import PolicySet
from scoring.run import write_decisions

# What cases expect and decisions read; other models are not built for cases.
TABLES = (
    "dim_partners",
    "fct_app_data_flow",
    "fct_arr_by_partner_year",
    "int_benefits__facts",
    "fct_control_totals",
    "fct_deal_registrations",
    "fct_findings",
    "fct_listings",
    "fct_partner_influence",
    "fct_program_compliance",
    "fct_protected_accounts",
    "fct_referrals",
    "fct_requirement_results",
    "fct_service_listings",
    "fct_source_coverage",
    "fct_tier_eligibility",
    "fct_tier_step_eligibility",
    "fct_unread_rows",
)


class CasesBroken(RuntimeError):
    """A model failed while cases were evaluated; the message is dbt's."""


def runner(policy: PolicySet) -> Callable[[Path, int, Path], None]:
    """A `scoring.policy.case_run.Runner`: landing zone and year to a built warehouse file."""

    def run(landing: Path, year: int, warehouse: Path) -> None:
        warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(warehouse)) as con:
            create_tables(con)
            land_policy(con, policy)
            land_request(con, year_request(year), policy, policy.name)
            land(con, landing, warehouse.parent / "raw")
        rebuild(warehouse, policy)

    return run


def rebuild(warehouse: Path, policy: PolicySet) -> None:
    """Compute everything after landing again, under `policy`; CasesBroken where a model fails."""
    with duckdb.connect(str(warehouse)) as con:
        land_policy(con, policy)
        resolve(con)
    try:
        build_tables(warehouse, TABLES)
    except NotBuilt as error:
        raise CasesBroken(str(error)) from error
    with duckdb.connect(str(warehouse)) as con:
        write_decisions(con)
        write_benefits(con)
