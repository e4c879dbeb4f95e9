"""Building the models: all of them, those chosen in the UI, or those that a change can affect.

Belongs here: what a run has dbt do, and which earlier results still hold. Does not: the digests
that show this (orchestration/speed/affected.py), how it looks in Dagster (transforms.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import dagster as dg
import duckdb

from ingest.shortcuts import Shortcut, is_off
from orchestration import progress, settings
from orchestration.dbt import DbtFailed, NodeResult, run_dbt
from orchestration.dbt_lineage import kept_lineage
from orchestration.defs.failures import failures
from orchestration.defs.gone_models import drop_gone
from orchestration.defs.resources import Program
from orchestration.speed import contents, direct, stages
from orchestration.speed.affected import (
    named_rows,
    node_digests,
    source_digests,
    standing,
    unused_parents,
)
from orchestration.speed.memory import give_back

GROUP = "transforms"
GOOD = {"success", "pass"}
# A data test that only warns is a finding for a person and does not stop a run.
WARNED = {"warn"}
# The stage that records which other engine built the models; a run on another one builds them
# again.
BUILT_BY = "models built by"
# The stage that notes what each source held when the models were built.
SOURCES = "models' sources"
EVERYTHING = ["--exclude-resource-type", "unit_test"]
# Stages that depend on the models: their results count as outdated until they are made again.
RESTING = ("decisions", "benefits", "answers", "site", "today")
RELATIONS = """
select schema_name || '.' || table_name from duckdb_tables()
where database_name = current_database()
union all select schema_name || '.' || view_name from duckdb_views()
where database_name = current_database()
"""


@dataclass(frozen=True)
class Build:
    """One result for each model and test, and the ids of those that were kept from before; whether
    every model was built now; the tables that somebody had changed, which were built again."""

    results: list[NodeResult]
    before: frozenset[str]
    whole: bool
    harmed: tuple[str, ...] = ()

    def metadata_of(self, result: NodeResult) -> dict[str, Any]:
        """What a result rests on, as metadata."""
        before = result.unique_id in self.before
        return {"built_from": result.built_from, "built_before": before}


def build_models(
    program: Program, manifest: dict[str, Any], chosen: Iterable[str] | None = None
) -> Build:
    """Build and test whatever a change of data, request, policy, models or engine affects, or the
    `chosen` models and their tests (ids of the manifest).

    What a change cannot affect is kept. A model or test that failed is a result, and the next run
    builds everything.
    """
    # Models chosen in the UI are built here: they are never worth starting another engine.
    engine = settings.DUCKDB if chosen is not None else settings.engine()
    with program.connect() as con:
        landed = stages.models_digest(con)
        for place in [] if chosen is not None else _drop_gone(con, manifest):
            progress.report("dbt", f"dropped {place}: no model makes it any more")
        stored = [] if chosen is not None else _stored(con, engine, manifest)
        harmed = tuple(contents.changed(con, GROUP)) if stored else ()
        stays = stored and not harmed and not is_off(Shortcut.STAGES)
        if stays and stages.is_built(con, GROUP, landed):
            progress.report("dbt", "nothing new")
            return Build(
                ordered(manifest, stored), frozenset(r.unique_id for r in stored), whole=False
            )
        unused = unused_parents(manifest, named_rows(con))
        sources = source_digests(con, manifest)
        digests = node_digests(manifest, sources, stages.models_code(), unused)
        was = stages.last_report(con, SOURCES) or {}
        before = direct.Before({r.unique_id: r for r in stored}, contents.recorded(con, GROUP))
        key = direct.compile_key(con, stages.models_code())
        modelled = _models(manifest) & _relations(con)
        for stage in (GROUP, BUILT_BY, SOURCES, *RESTING):
            stages.forget(con, stage)
    # The lineage of columns is read from what dbt compiled for all models together.
    keep = engine == settings.DUCKDB and not is_off(Shortcut.REACHED) and kept_lineage()
    stand = standing(stored, digests, GOOD | WARNED) if keep else {}
    for unique_id in [i for i in stand if _place(manifest, i) in harmed]:
        del stand[unique_id]
    known: dict[str, str] = {}
    if chosen is not None:
        fresh = _run(program, engine, _named(manifest, chosen), len(digests))
    else:
        reached = [i for i in digests if i not in stand]
        built = None
        if stand and was and not harmed:
            changed = {source for source, digest in sources.items() if digest != was.get(source)}
            built = _direct(program, manifest, set(reached), changed, before, key)
        elif keep and not modelled:
            before = direct.Before({}, {})
            built = _direct(program, manifest, set(reached), set(), before, key)
        if built is None:
            fresh = _reached(program, engine, manifest, reached, stand, key)
        else:
            fresh, known = built.results, {**before.tables, **built.tables}
            again = {i: before.results[i] for i in built.kept}
            stand |= {i: replace(r, built_from=digests[i]) for i, r in again.items()}
    fresh = [replace(result, built_from=digests[result.unique_id]) for result in fresh]
    results = ordered(manifest, [*stand.values(), *fresh])
    if chosen is None and not failures(results):
        _record(program, engine, (landed, sources), results, manifest, known)
    whole = chosen is None and not stand
    return Build(results, frozenset(stand), whole, harmed)


def ordered(manifest: dict[str, Any], results: Iterable[NodeResult]) -> list[NodeResult]:
    """Results in the order of the project as it is now, each after those that it is made from.

    Dagster accepts no asset before those that it is made from. A kept model may come before or
    after one that was built, and the order of an earlier build is that of an earlier project, in
    which a model may not have read what it reads now.
    """
    by_id = {result.unique_id: result for result in results}
    known = by_id.keys() & manifest["nodes"].keys()
    others = [result for result in by_id.values() if result.unique_id not in known]
    return [*(by_id[unique_id] for unique_id in direct.in_order(manifest, known)), *others]


def _place(manifest: dict[str, Any], unique_id: str) -> str:
    node = manifest["nodes"][unique_id]
    return f"{node['schema']}.{node['name']}"


def _direct(
    program: Program,
    manifest: dict[str, Any],
    reached: set[str],
    changed: set[str],
    before: direct.Before,
    key: str,
) -> direct.Built | None:
    """The affected models, built with compiled SQL; None where dbt has to build them."""
    progress.report("dbt", f"building {len(reached)} models and tests")
    if is_off(Shortcut.COMPILED):
        return None
    warehouse = program.places.warehouse
    try:
        return direct.build_reached(warehouse, manifest, reached, changed, before, key, _on_node)
    except (direct.NotDirect, duckdb.Error):
        return None


def _on_node(name: str, status: str) -> None:
    progress.report("dbt", f"{name}: {status}")


def _reached(
    program: Program,
    engine: str,
    manifest: dict[str, Any],
    reached: list[str],
    stand: Any,
    key: str,
) -> list[NodeResult]:
    """Build what a change affects: everything where no earlier result holds.

    Raises DbtFailed when dbt built anything else.
    """
    if not reached:
        return []
    only = [*_named(manifest, reached), "--indirect-selection", "empty"] if stand else []
    compiled: dict[str, str] = {}
    fresh = _run(program, engine, only, len(reached), compiled)
    if engine == settings.DUCKDB and not is_off(Shortcut.COMPILED):
        direct.keep_compiled(key, compiled)
    other = {result.unique_id for result in fresh} ^ set(reached)
    if other and not failures(fresh):
        raise DbtFailed(f"dbt built other models or tests than asked for: {sorted(other)[:5]}")
    return fresh


def _record(
    program: Program,
    engine: str,
    rests_on: tuple[str, dict[str, str]],
    results: list[NodeResult],
    manifest: dict[str, Any],
    known: dict[str, str],
) -> None:
    """Remember a whole build without a fault, unless something landed since it began; `known` says
    what each table holds, if every one of them was examined."""
    landed, sources = rests_on
    with program.connect() as con:
        if stages.models_digest(con) != landed:
            return
        if engine in settings.ELSEWHERE:
            stages.record(con, BUILT_BY, engine, [])
        stages.record(con, GROUP, landed, [asdict(result) for result in results])
        stages.record(con, SOURCES, landed, sources)
        if known:
            contents.record_as(con, GROUP, known)
            return
        tables = [
            _place(manifest, unique_id)
            for unique_id, node in manifest["nodes"].items()
            if node["resource_type"] == "model" and node["config"]["materialized"] != "view"
        ]
        contents.record(con, GROUP, tables)


def _stored(
    con: duckdb.DuckDBPyConnection, engine: str, manifest: dict[str, Any]
) -> list[NodeResult]:
    """The results of the last whole build without a fault, if it was this engine's and all that it
    built is there."""
    by = [e for e in settings.ELSEWHERE if stages.is_built(con, BUILT_BY, e)]
    if engine != (by or [settings.DUCKDB])[0]:
        return []
    if not _models(manifest) <= _relations(con):
        return []
    entries = stages.last_report(con, GROUP) or []
    # A warehouse of an earlier release does not say what each node was made from.
    return [NodeResult(**entry) for entry in entries if entry.get("built_from")]


def _drop_gone(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> list[str]:
    """Drop what models of an earlier release left behind."""
    entries = stages.last_report(con, GROUP) or []
    return drop_gone(con, manifest, [entry["unique_id"] for entry in entries])


def _models(manifest: dict[str, Any]) -> set[str]:
    nodes = manifest["nodes"].items()
    return {_place(manifest, i) for i, node in nodes if node["resource_type"] == "model"}


def _relations(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in con.execute(RELATIONS).fetchall()}


def _named(manifest: dict[str, Any], ids: Iterable[str]) -> list[str]:
    return ["--select", *sorted(manifest["nodes"][unique_id]["name"] for unique_id in ids)]


def _run(
    program: Program,
    engine: str,
    only: list[str],
    count: int,
    compiled: dict[str, str] | None = None,
) -> list[NodeResult]:
    warehouse = program.places.warehouse
    progress.report("dbt", f"building {count} models and tests")
    if engine in settings.ELSEWHERE:
        from orchestration.engines.steps import build_elsewhere, engine_named

        return build_elsewhere(engine_named(engine), warehouse, _on_node)
    results = run_dbt(warehouse, ["build", *EVERYTHING, *only], _on_node, compiled)
    # dbt's own graph and manifest are many small objects, of no use any more.
    give_back()
    return results


def ids_of_chosen(context: dg.AssetExecutionContext, manifest: dict[str, Any], key_of) -> list[str]:
    """The models chosen in the UI; `key_of` gives a node's asset key."""
    return [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and key_of(node) in context.selected_asset_keys
    ]
