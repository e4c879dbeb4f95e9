"""What a model or a test that failed means for the run: stop, or name it and go on.

Belongs here: which failures the decisions rest on, and what is done about the others.
Does not: running dbt, or how its results look in Dagster (transforms.py).
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg
import duckdb

from orchestration.dbt import NodeResult
from orchestration.defs.resources import Program

BROKEN = {"error", "fail", "runtime error"}
UNBUILT = {"error", "skipped", "runtime error"}
# What a run found broken and did without; the run ends with exit code 1.
FAULTS = "create table if not exists run.faults (fault varchar)"
HARMED = "{table} was not what the last run wrote: changed by another hand, and made again"
# The published tables that scoring reads (defs/scoring.py takes its upstream from here).
DECIDED_FROM = (
    dg.AssetKey(["marts", "fct_tier_eligibility"]),
    dg.AssetKey(["marts", "fct_tier_step_eligibility"]),
    dg.AssetKey(["marts", "fct_program_compliance"]),
    dg.AssetKey(["marts", "fct_requirement_results"]),
)


def failures(results: list[NodeResult]) -> list[NodeResult]:
    """The results, of models and tests, that are faults."""
    return [r for r in results if r.status in BROKEN]


def note_faults(con: duckdb.DuckDBPyConnection, faults: Iterable[str]) -> None:
    """Record what a run found broken and repaired, or did without."""
    con.execute(FAULTS)
    for fault in faults:
        con.execute("insert into run.faults values (?)", [fault])


def settle(
    program: Program,
    manifest: dict[str, Any],
    results: list[NodeResult],
    harmed: Iterable[str] = (),
) -> None:
    """Stop when something that the decisions depend on failed; otherwise name the failure and go
    on.

    A table that could not be built must not stay as an earlier run left it: it is dropped, so that
    nothing old is read as new, and the run ends with a fault. It also ends so if somebody had
    changed tables (`harmed`), which were then built again. Raises dg.Failure naming each node on
    which decisions rest, after the failed models that such a node reads.
    """
    failed = failures(results)
    needed = behind_decisions(manifest)
    stopping = [r for r in failed if subjects(manifest, r.unique_id) & needed]
    if stopping:
        # A test of a model that failed says only that there is no table; the model says why.
        behind = set[str]().union(*(subjects(manifest, r.unique_id) for r in stopping))
        causes = [r for r in failed if r.unique_id in behind and r not in stopping]
        lines = [f"{r.unique_id}: {r.message.strip()}" for r in [*causes, *stopping][:20]]
        raise dg.Failure("dbt found what must not go on:\n" + "\n".join(lines))
    with program.connect() as con:
        note_faults(con, (HARMED.format(table=table) for table in harmed))
        note_faults(con, (f"{r.unique_id.split('.')[2]}: {r.message.strip()}" for r in failed))
        for result in results:
            node = manifest["nodes"].get(result.unique_id, {})
            if result.status in UNBUILT and node.get("resource_type") == "model":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                con.execute(f'drop {kind} if exists {node["schema"]}."{node["name"]}"')


def subjects(manifest: dict[str, Any], unique_id: str) -> set[str]:
    """The models that a failure is about: the model itself, or what a test reads."""
    node = manifest["nodes"][unique_id]
    return {unique_id} if node["resource_type"] == "model" else set(node["depends_on"]["nodes"])


def behind_decisions(manifest: dict[str, Any]) -> set[str]:
    """Every model from which the tiers and reviews follow."""
    names = {key.path[-1] for key in DECIDED_FROM}
    open_ids = [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["name"] in names
    ]
    behind: set[str] = set()
    while open_ids:
        unique_id = open_ids.pop()
        if unique_id not in behind:
            behind.add(unique_id)
            open_ids += [u for u in manifest["parent_map"][unique_id] if u.startswith("model.")]
    return behind
