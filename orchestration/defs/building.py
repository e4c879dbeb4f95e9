"""Building the models: all of them, those chosen in the UI, or those that a change can reach.

Belongs here: what a run has dbt do, and the results that stand from before. Does not: the digests
that say so (orchestration/reach.py), how it looks in Dagster (transforms.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import dagster as dg
import duckdb

from orchestration import progress, settings, stages
from orchestration.dbt import NodeResult, project_digest, run_dbt
from orchestration.defs.failures import failures
from orchestration.defs.resources import Program
from orchestration.reach import node_digests, source_digests, standing

GROUP = "transforms"
GOOD = {"success", "pass"}
# A data test that warns is a finding for a person and stops nothing.
WARNED = {"warn"}
# The stage that notes which other engine built the models; one asked for now builds them anew.
BUILT_BY = "models built by"
EVERYTHING = ["--exclude-resource-type", "unit_test"]


@dataclass(frozen=True)
class Build:
    """One result for each model and test, and the ids of those that stood before this run."""

    results: list[NodeResult]
    before: frozenset[str]

    def told(self, result: NodeResult) -> dict[str, Any]:
        """What a result rests on, as metadata."""
        before = result.unique_id in self.before
        return {"built_from": result.built_from, "built_before": before}


def build_models(
    program: Program, manifest: dict[str, Any], chosen: Iterable[str] | None = None
) -> Build:
    """Build and test what data, request, policy, models or engine have changed since, or the
    `chosen` models and their tests (ids of the manifest).

    What a change cannot reach stands as it was made. A model or test that failed is a result, and
    the next run builds everything.
    """
    # What was chosen in the UI is built here: a part is never worth another engine's start.
    engine = settings.DUCKDB if chosen is not None else settings.engine()
    with program.connect() as con:
        landed = stages.models_digest(con)
        stored = [] if chosen is not None else _stored(con, engine)
        if stored and stages.is_built(con, GROUP, landed):
            progress.report("dbt", "nothing new")
            return Build(stored, frozenset(r.unique_id for r in stored))
        digests = node_digests(manifest, source_digests(con, manifest), project_digest())
        stages.forget(con, GROUP)
        stages.forget(con, BUILT_BY)
    stand = standing(stored, digests, GOOD | WARNED) if engine == settings.DUCKDB else {}
    if chosen is not None:
        fresh = _run(program, engine, _named(manifest, chosen), len(digests))
    else:
        reached = [unique_id for unique_id in digests if unique_id not in stand]
        only = [*_named(manifest, reached), "--indirect-selection", "empty"] if stand else []
        fresh = _run(program, engine, only, len(reached)) if reached else []
    fresh = [replace(result, built_from=digests[result.unique_id]) for result in fresh]
    results = [*stand.values(), *fresh]
    if chosen is None and not failures(results):
        with program.connect() as con:
            stages.record(con, GROUP, landed, [asdict(result) for result in results])
            if engine in settings.ELSEWHERE:
                stages.record(con, BUILT_BY, engine, [])
    return Build(results, frozenset(stand))


def _stored(con: duckdb.DuckDBPyConnection, engine: str) -> list[NodeResult]:
    """The results of the last whole build without a fault, if it was this engine's."""
    by = [e for e in settings.ELSEWHERE if stages.is_built(con, BUILT_BY, e)]
    if engine != (by or [settings.DUCKDB])[0]:
        return []
    entries = stages.last_report(con, GROUP) or []
    # A warehouse of before does not say what each node was made from.
    return [NodeResult(**entry) for entry in entries if entry.get("built_from")]


def _named(manifest: dict[str, Any], ids: Iterable[str]) -> list[str]:
    return ["--select", *sorted(manifest["nodes"][unique_id]["name"] for unique_id in ids)]


def _run(program: Program, engine: str, only: list[str], count: int) -> list[NodeResult]:
    warehouse = program.places.warehouse
    progress.report("dbt", f"building {count} models and tests")

    def on_node(name: str, status: str) -> None:
        progress.report("dbt", f"{name}: {status}")

    if engine in settings.ELSEWHERE:
        from orchestration.engines.steps import build_elsewhere, engine_named

        return build_elsewhere(engine_named(engine), warehouse, on_node)
    return run_dbt(warehouse, ["build", *EVERYTHING, *only], on_node)


def ids_of_chosen(context: dg.AssetExecutionContext, manifest: dict[str, Any], key_of) -> list[str]:
    """The models chosen in the UI; `key_of` gives a node's asset key."""
    return [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and key_of(node) in context.selected_asset_keys
    ]
