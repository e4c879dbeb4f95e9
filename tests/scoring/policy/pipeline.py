"""The pipeline as plain calls, without the orchestrator: land, resolve, dbt, decide.

Belongs here: a runner for worked cases, and the rebuild of a warehouse under another policy.
Does not: what comes out of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from ingest.land import land
from ingest.resolve import resolve
from ingest.tables import create_tables
from scoring.benefits import write_benefits
from scoring.policy import PolicySet, land_policy
from scoring.run import write_decisions
from tests.transforms.warehouse import dbt

# What cases expect and decisions read; the rest of the models is not built for them.
TABLES = (
    "dim_partners",
    "fct_app_data_flow",
    "fct_arr_by_partner_year",
    "int_benefits__facts",
    "fct_deal_registrations",
    "fct_listings",
    "fct_program_compliance",
    "fct_protected_accounts",
    "fct_referrals",
    "fct_requirement_results",
    "fct_service_listings",
    "fct_source_coverage",
    "fct_tier_eligibility",
)


def runner(policy: PolicySet):
    """A `case_run.Runner` that builds warehouses under `policy`."""

    def run(landing: Path, year: int, warehouse: Path) -> None:
        warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(warehouse)) as con:
            create_tables(con)
            land_policy(con, policy)
            con.execute(
                "insert into run.parameters values (?, ?, ?, null, ?, ?, ?)",
                [
                    year,
                    str(year),
                    date(year, 12, 31),
                    policy.value_at("program.time_zone", date(year, 12, 31)),
                    policy.name,
                    policy.version,
                ],
            )
            land(con, landing, warehouse.parent / "raw")
        rebuild(warehouse, policy)

    return run


def rebuild(warehouse: Path, policy: PolicySet) -> None:
    """Compute everything behind the landing anew, under `policy`."""
    with duckdb.connect(str(warehouse)) as con:
        land_policy(con, policy)
        resolve(con)
    dbt(warehouse, "run", "--quiet", "--select", "staging", *(f"+{t}" for t in TABLES))
    with duckdb.connect(str(warehouse)) as con:
        write_decisions(con)
        write_benefits(con)
