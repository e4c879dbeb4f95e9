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
from scoring.policy import PolicySet, land_policy
from scoring.run import write_decisions
from tests.transforms.warehouse import dbt


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
    dbt(warehouse, "run", "--quiet")
    with duckdb.connect(str(warehouse)) as con:
        write_decisions(con)
