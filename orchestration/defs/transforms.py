"""Assets of the transforms stage: every dbt model, and every dbt test as an asset check.

Belongs here: how dbt's graph and results look in Dagster.
Does not: SQL (transforms/) or how dbt is called (orchestration/dbt.py).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtProject,
    dbt_assets,
)

from orchestration import progress, settings, stages
from orchestration.dbt import NodeResult, manifest_path, run_dbt
from orchestration.dbt_lineage import column_lineage, columns_of, kept_lineage
from orchestration.defs.checks import check_name, check_words, read_by, subject_key
from orchestration.defs.failures import behind_decisions, failures, settle, subjects
from orchestration.defs.ingest import POLICY
from orchestration.defs.lineage import column_metadata, declared_columns
from orchestration.defs.metadata import preview
from orchestration.defs.owners import ANALYSTS
from orchestration.defs.resources import WRITER_POOL, Program

GROUP = "transforms"
GOOD = {"success", "pass"}
# A data test that warns is a finding for a person and stops nothing.
WARNED = {"warn"}
PREVIEWED_SCHEMA = "marts"
# The stage that notes which other engine built the models; one asked for now builds them anew.
BUILT_BY = "models built by"

kept_lineage_once = cache(kept_lineage)


class FolderTranslator(DagsterDbtTranslator):
    """Assets are named as in the warehouse: [schema, table]; all policy tables are one asset."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, table] of a model or source."""
        schema = dbt_resource_props["schema"]
        if schema == "policy":
            return POLICY
        return dg.AssetKey([schema, dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """One group for the stage; the schema in the key says how far a model has come."""
        return GROUP

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """The schema as a tag, so that the graph can be filtered to what is published."""
        return {"schema": dbt_resource_props["schema"]}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Who answers for the models."""
        return [ANALYSTS]

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """A dbt test as a check with a sentence for a name, on the model that it speaks of."""
        if not unique_id.startswith("test.") or subject_key(self, manifest, unique_id) != (
            asset_spec.key
        ):
            return None
        node = manifest["nodes"][unique_id]
        deps = {self.get_asset_key(resource) for resource in read_by(manifest, unique_id)}
        return dg.AssetCheckSpec(
            name=check_name(node),
            asset=asset_spec.key,
            description=check_words(node),
            additional_deps=sorted(deps - {asset_spec.key}),
            metadata={"dbt test": node["name"]},
            blocking=node["config"]["severity"].lower() == "error",
        )

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """dagster-dbt's, and what each declared column is made from."""
        of_model = kept_lineage_once().get(dbt_resource_props["unique_id"], {})
        declared = declared_columns(dbt_resource_props, of_model)
        return {**super().get_metadata(dbt_resource_props), **declared}

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone: dagster-dbt would add the raw SQL, which hides it."""
        return dbt_resource_props.get("description") or dbt_resource_props["name"]


TRANSLATOR = FolderTranslator(
    settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
)


def _build_arguments(context: dg.AssetExecutionContext, manifest: dict[str, Any]) -> list[str]:
    """`dbt build` of all models or of those chosen in the UI; `make test` runs the unit tests."""
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if context.is_subset:
        chosen = [
            node["name"]
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model"
            and TRANSLATOR.get_asset_key(node) in context.selected_asset_keys
        ]
        arguments += ["--select", *sorted(chosen)]
    return arguments


def _checks(
    context: dg.AssetExecutionContext,
    program: Program,
    manifest: dict[str, Any],
    results: list[NodeResult],
    built: dict[str, Any],
) -> Iterator[dg.AssetCheckResult]:
    by_name = {(key.asset_key, key.name): key for key in context.selected_asset_check_keys}
    needed = behind_decisions(manifest)
    for result in results:
        node = manifest["nodes"].get(result.unique_id)
        if node is None or node["resource_type"] != "test":
            continue
        key = (subject_key(TRANSLATOR, manifest, result.unique_id), check_name(node))
        if key not in by_name:
            continue
        # Only a failure that the decisions rest on may stop what comes next.
        warned = result.status in WARNED or not subjects(manifest, result.unique_id) & needed
        yield dg.AssetCheckResult(
            asset_key=key[0],
            check_name=key[1],
            passed=result.status in GOOD,
            severity=dg.AssetCheckSeverity.WARN if warned else dg.AssetCheckSeverity.ERROR,
            description=_found(node, result),
            metadata={
                "rows_that_fail": result.failures or 0,
                "seconds": result.seconds,
                **built,
                **_failing_rows(program, result),
            },
        )


def _found(node: dict[str, Any], result: NodeResult) -> str:
    """What a check found, in words: the sentence that holds, or what failing it means."""
    if result.status in GOOD:
        return "holds"
    if not result.failures:
        return result.message or result.status
    return f"{result.failures} rows fail. {check_words(node)} The first stand in the metadata."


def _failing_rows(program: Program, result: NodeResult) -> dict[str, Any]:
    """The first rows that a test found, and the query that finds them all."""
    if not result.sql:
        return {}
    with program.connect() as con:
        try:
            rows = preview(con, f"({result.sql})")
        except duckdb.Error as error:
            rows = dg.MetadataValue.text(str(error))
    return {"first_rows": rows, "query": dg.MetadataValue.md(f"```sql\n{result.sql}\n```")}


def _materializations(
    program: Program, manifest: dict[str, Any], results: list[NodeResult], built: dict[str, Any]
) -> Iterator[dg.MaterializeResult]:
    made = {r.unique_id: r for r in results if r.status in GOOD}
    with program.connect() as con:
        columns = columns_of(con)
        lineage = column_lineage(manifest, columns, built=not built["built_before"])
        for unique_id, result in made.items():
            node = manifest["nodes"].get(unique_id)
            if node is None or node["resource_type"] != "model":
                continue
            metadata: dict[str, Any] = {"seconds": result.seconds, **built}
            metadata |= column_metadata(node, manifest, columns, lineage, TRANSLATOR.get_asset_key)
            if node["config"]["materialized"] != "view":
                table = f"{node['schema']}.{node['name']}"
                count = con.execute(f"select count(*) from {table}").fetchone()[0]
                metadata["dagster/row_count"] = count
                if node["schema"] == PREVIEWED_SCHEMA:
                    metadata["preview"] = preview(con, table)
            yield dg.MaterializeResult(asset_key=TRANSLATOR.get_asset_key(node), metadata=metadata)


@dbt_assets(
    manifest=manifest_path(),
    dagster_dbt_translator=TRANSLATOR,
    name="dbt_models",
    exclude="resource_type:unit_test",
    pool=WRITER_POOL,
)
def dbt_models(context: dg.AssetExecutionContext, program: Program):
    """Build and test every model in this process; failed data tests stop the run here."""
    from orchestration.dbt import manifest_json

    manifest = manifest_json()
    results, built = _results(context, program, manifest)
    yield from _materializations(program, manifest, results, built)
    yield from _checks(context, program, manifest, results, built)
    settle(program, manifest, results)


def _results(
    context: dg.AssetExecutionContext, program: Program, manifest: dict[str, Any]
) -> tuple[list[NodeResult], dict[str, Any]]:
    """dbt's results: stored ones when neither data, request, policy, model nor engine has changed;
    and what they come from: the digest of these, and whether they stood before this run."""
    # What was chosen in the UI is built here: a part is never worth another engine's start.
    engine = settings.DUCKDB if context.is_subset else settings.engine()
    with program.connect() as con:
        digest = stages.models_digest(con)
        built_by = [e for e in settings.ELSEWHERE if stages.is_built(con, BUILT_BY, e)]
        same = engine == (built_by or [settings.DUCKDB])[0]
        stored = stages.last_report(con, GROUP, digest) if same and not context.is_subset else None
        if stored is None:
            stages.forget(con, GROUP)
            stages.forget(con, BUILT_BY)
    if stored is not None:
        progress.report("dbt", "nothing new")
        return [NodeResult(**entry) for entry in stored], _built(digest, before=True)
    warehouse = program.places.warehouse

    def on_node(name: str, status: str) -> None:
        progress.report("dbt", f"{name}: {status}")

    if engine in settings.ELSEWHERE:
        from orchestration.engines.steps import build_elsewhere, engine_named

        results = build_elsewhere(engine_named(engine), warehouse, on_node)
    else:
        results = run_dbt(warehouse, _build_arguments(context, manifest), on_node)
    if not context.is_subset and not failures(results):
        with program.connect() as con:
            stages.record(con, GROUP, digest, [asdict(result) for result in results])
            if engine in settings.ELSEWHERE:
                stages.record(con, BUILT_BY, engine, [])
    return results, _built(digest, before=False)


def _built(digest: str, *, before: bool) -> dict[str, Any]:
    return {"built_from": hashlib.sha256(digest.encode()).hexdigest(), "built_before": before}


ASSETS = [dbt_models]
