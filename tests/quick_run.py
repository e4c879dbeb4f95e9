"""The yearly job's own stages in one process, quick enough to be run once for each of many files.

Belongs here: landing, resolving, the models' SQL as dbt compiles it, scoring, in the job's order.
Does not: Dagster, dbt's tests, asset checks and pages; `orchestration.run` has them.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from ingest.deliveries.landing_tables import create_tables
from ingest.landing.land import land
from ingest.resolved.resolve import resolve
from orchestration.periods import land_request, year_request
from orchestration.warehouse import connect
from scoring.actions.table import write_actions
from scoring.benefits import write_benefits
from scoring.changes.table import write_changes
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy
from scoring.policy.model import PolicySet
from scoring.run import write_decisions
from tests.transforms.warehouse import PLACES, build_warehouse, parsed


@dataclass(frozen=True)
class Model:
    """One model as dbt would create it."""

    kind: str
    name: str
    sql: str


def models(folder: Path) -> tuple[Model, ...]:
    """Every model's compiled SQL, each after those that it reads; compiled once in a process.

    `folder` gets an empty warehouse for dbt to look at; no model's SQL depends on its rows.
    """
    if not _MODELS:
        _MODELS.extend(_compile(folder))
    return tuple(_MODELS)


def _compile(folder: Path) -> list[Model]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=parsed())
    os.environ["PLUMBLINE_DBT_WAREHOUSE"] = str(build_warehouse(folder, {}))
    with contextlib.redirect_stdout(io.StringIO()):
        result = runner.invoke(["run", "--quiet", *PLACES])
    DuckDBConnectionManager.close_all_connections()
    failed = [r.node.name for r in result.result.results if r.status != "success"]
    assert not failed, failed
    compiled = []
    for entry in result.result.results:
        node = entry.node
        kind = "view" if node.config.materialized == "view" else "table"
        compiled.append(Model(kind, f'{node.schema}."{node.alias}"', node.compiled_code))
    return compiled


_MODELS: list[Model] = []


@cache
def _policy() -> PolicySet:
    return load_policy()


def quick_run(
    landing: Path,
    warehouse: Path,
    year: int,
    compiled: tuple[Model, ...],
    arrive: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
) -> None:
    """Land a landing zone into a fresh warehouse file and compute every table and decision.

    `arrive` lands the files instead, where how they come is what is looked at.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    policy = _policy()
    with connect(warehouse) as con:
        create_tables(con)
        land_policy(con, policy)
        land_request(con, year_request(year), policy, policy.name)
        if arrive is None:
            land(con, landing, warehouse.parent / "raw")
        else:
            arrive(con)
        resolve(con)
        build(con, compiled)
        write_decisions(con)
        write_benefits(con)
        write_changes(con)
        write_actions(con)


def build(con: duckdb.DuckDBPyConnection, compiled: tuple[Model, ...]) -> None:
    """Create every model anew."""
    for schema in sorted({model.name.split(".")[0] for model in compiled}):
        con.execute(f"create schema if not exists {schema}")
    for model in compiled:
        con.execute(f"create or replace {model.kind} {model.name} as {model.sql}")
