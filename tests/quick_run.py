"""The yearly job's own stages in one process, quick enough to be run once for each of many files.

Belongs here: landing, resolving, the models' SQL as dbt compiles it, scoring, in the job's order.
Does not: Dagster, dbt's tests, asset checks and pages; `orchestration.run` has them.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import duckdb

from ingest.deliveries.landing_tables import create_tables
from ingest.landing.land import land
from ingest.resolved.resolve import resolve
from orchestration.periods import land_request, year_request
from orchestration.speed.contents import content
from orchestration.warehouse import connect
from scoring.actions.table import write_actions
from scoring.benefits import write_benefits
from scoring.changes.table import write_changes
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy
from scoring.policy.model import PolicySet
from scoring.run import write_decisions
from tests.transforms.warehouse import PLACES, build_warehouse, parsed

PLACE = re.compile(r'"?(\w+)"?\."?(\w+)"?')


@dataclass(frozen=True)
class Model:
    """One model as dbt would create it."""

    kind: str
    name: str
    sql: str

    @cached_property
    def place(self) -> str:
        """Schema and name, without quotes."""
        return self.name.replace('"', "")

    @cached_property
    def reads(self) -> frozenset[str]:
        """The places that its SQL names, and words of it that look like places."""
        return frozenset(f"{schema}.{name}" for schema, name in PLACE.findall(self.sql))


@dataclass(frozen=True)
class Twin:
    """A warehouse that the same models made, and a digest of what each of its places holds."""

    path: Path
    held: Mapping[str, str]


def twin_of(warehouse: Path) -> Twin:
    """The warehouse as a starting point for others with nearly the same files."""
    with connect(warehouse) as con:
        places = con.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        return Twin(warehouse, {place: content(con, place) for (place,) in places})


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


@contextlib.contextmanager
def opened(warehouse: Path, year: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the policy and the request of a year, into which files may land."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    policy = _policy()
    with connect(warehouse) as con:
        create_tables(con)
        land_policy(con, policy)
        land_request(con, year_request(year), policy, policy.name)
        yield con


def quick_run(
    landing: Path,
    warehouse: Path,
    year: int,
    compiled: tuple[Model, ...],
    arrive: Callable[[duckdb.DuckDBPyConnection], object] | None = None,
    twin: Twin | None = None,
) -> None:
    """Land a landing zone into a fresh warehouse file and compute every table and decision.

    `arrive` lands the files instead, for tests about the way in which they come. With a `twin`, the
    warehouse has to hold its models' rows (take_over), and models whose rows stay the same are not
    built again.
    """
    with opened(warehouse, year) as con:
        if arrive is None:
            land(con, landing, warehouse.parent / "raw")
        else:
            arrive(con)
        resolve(con)
        build_differing(con, compiled, twin) if twin else build(con, compiled)
        write_decisions(con)
        write_benefits(con)
        write_changes(con)
        write_actions(con)


def build(con: duckdb.DuckDBPyConnection, compiled: tuple[Model, ...]) -> None:
    """Create every model anew."""
    _make_schemas(con, compiled)
    for model in compiled:
        con.execute(f"create or replace {model.kind} {model.name} as {model.sql}")


def take_over(con: duckdb.DuckDBPyConnection, compiled: tuple[Model, ...], twin: Twin) -> None:
    """Create every model with the twin's rows, whatever has landed here."""
    _make_schemas(con, compiled)
    con.execute(f"attach '{twin.path}' as twin (read_only)")
    for model in compiled:
        rows = f"from twin.{model.name}" if model.kind == "table" else model.sql
        con.execute(f"create or replace {model.kind} {model.name} as {rows}")
    con.execute("detach twin")


def build_differing(
    con: duckdb.DuckDBPyConnection, compiled: tuple[Model, ...], twin: Twin
) -> None:
    """If the models hold the twin's rows, create again those that read rows which differ."""
    made = {model.place for model in compiled}
    landed = set().union(*(model.reads for model in compiled)) & twin.held.keys() - made
    differing = {place for place in landed if content(con, place) != twin.held[place]}
    for model in compiled:
        if model.reads & differing:
            if model.kind == "table":
                con.execute(f"create or replace table {model.name} as {model.sql}")
            if content(con, model.place) != twin.held[model.place]:
                differing.add(model.place)


def _make_schemas(con: duckdb.DuckDBPyConnection, compiled: tuple[Model, ...]) -> None:
    for schema in sorted({model.name.split(".")[0] for model in compiled}):
        con.execute(f"create schema if not exists {schema}")
