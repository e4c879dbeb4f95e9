"""A tiny warehouse from Python rows, and dbt run over it in this process.

Belongs here: landing rows as dicts, the policy landed, one run request, one `dbt` invocation.
Does not: readers of files (tests/ingest) or what the tables should hold (the tests beside).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from ingest.deliveries.landing_tables import create_tables
from ingest.judging.contract import entities, entity
from ingest.usage.view import put_in_force
from orchestration.dbt import _load_manifest, target_dir
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy

ROOT = Path(__file__).resolve().parents[2]
TRANSFORMS = ROOT / "transforms"
# Apart from the one of real runs and of other workers, so that none reads what another parsed.
TARGET = target_dir() / f"tests-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
PLACES = ("--project-dir", str(TRANSFORMS), "--profiles-dir", str(TRANSFORMS))
PLACES += ("--target-path", str(TARGET), "--log-path", str(TARGET), "--log-level-file", "none")
# dbt would write the whole project after every command, which takes half a second and nobody reads.
PLACES += ("--no-write-json",)
# One stem for every test warehouse: dbt names the database by it and would parse anew.
FILE_NAME = "plumbline.duckdb"
RECEIVED = datetime(2026, 1, 10, 12, 0)
Rows = Mapping[str, Iterable[Mapping[str, object]]]


def build_warehouse(
    folder: Path,
    rows: Rows,
    *,
    year: int = 2025,
    last_period: str | None = None,
    as_of: date | None = None,
    known_at: datetime | str | None = None,
    deliver_all: bool = True,
    without: Iterable[str] = (),
    policy: str | Path | None = None,
) -> Path:
    """Write `plumbline.duckdb` into `folder` with these landing rows, policy and run request.

    Every entity has an accepted delivery unless named in `without` (or `deliver_all` is off and it
    has no rows), so that state entities cover their periods; a row's own `_file` and
    `_received_at` are kept. Raises duckdb.Error for a value that is not of its column's type.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        create_tables(con)
        policy_set = load_policy(policy)
        land_policy(con, policy_set)
        con.execute(
            "insert into run.parameters values (?, ?, ?, ?, ?, ?, ?)",
            [
                year,
                last_period or str(year),
                as_of or date(year, 12, 31),
                known_at,
                "America/Los_Angeles",
                policy_set.name,
                policy_set.version,
            ],
        )
        for name, members in rows.items():
            insert_rows(con, name, members)
        for spec in entities():
            if spec.name in without or not (deliver_all or rows.get(spec.name)):
                continue
            add_delivery(con, spec.source, spec.name)
        put_in_force(con)
    return path


def add_delivery(con: duckdb.DuckDBPyConnection, source: str, name: str) -> None:
    """One accepted delivery of an entity, as the rows of `insert_rows` name it."""
    con.execute(
        "insert into landing.deliveries values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 'accepted')",
        [f"d-{name}", source, name, f"{source}/{name}.csv", "0" * 64, RECEIVED],
    )


def insert_rows(
    con: duckdb.DuckDBPyConnection, name: str, members: Iterable[Mapping[str, object]]
) -> None:
    """Insert rows of one entity; provenance that a row does not give is filled in."""
    table = "usage_rows" if name == "usage_events" else name
    for number, row in enumerate(members, start=2):
        full: dict[str, object] = {
            "_delivery_id": f"d-{name}",
            "_file": f"{entity(name).source}/{name}.csv",
            "_received_at": RECEIVED,
        }
        if table == name:
            full["_row"] = number
        full.update(row)
        columns = ", ".join(f'"{column}"' for column in full)
        marks = ", ".join("?" for _ in full)
        con.execute(f"insert into landing.{table} ({columns}) values ({marks})", [*full.values()])


def dbt(path: Path, *arguments: str) -> None:
    """Run dbt over the warehouse in this process; AssertionError names what failed."""
    runner = dbtRunner(manifest=parsed())
    os.environ["PLUMBLINE_DBT_WAREHOUSE"] = str(path)
    result = runner.invoke([*arguments, *PLACES])
    # The profile's memory database keeps the warehouse attached until its connection is closed.
    DuckDBConnectionManager.close_all_connections()
    if not result.success:
        failed = [
            f"{r.node.name}: {r.message}"
            for r in getattr(result.result, "results", None) or []
            if r.status in ("error", "fail", "runtime error")
        ]
        raise AssertionError("\n".join(failed) or str(result.exception or result.result))


@cache
def parsed() -> Manifest:
    """The project as runs parse it: once for all processes, until one of its files changes."""
    return _load_manifest()


def query(path: Path, sql: str) -> list[tuple]:
    """Rows of a query over a built warehouse."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.sql(sql).fetchall()
