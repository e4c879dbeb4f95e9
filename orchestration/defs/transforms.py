"""Assets of the transforms stage: every dbt model, and every dbt test as an asset check.

Belongs here: how dbt's graph and results look in Dagster.
Does not: SQL (transforms/) or how dbt is called (orchestration/dbt.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import dagster as dg
import duckdb

from orchestration.speed.dbt_imports import without_dbt

with without_dbt():
    from dagster_dbt import (
        DagsterDbtTranslator,
        DagsterDbtTranslatorSettings,
        DbtProject,
        dbt_assets,
    )

from orchestration.dbt import NodeResult, manifest_path
from orchestration.dbt_lineage import column_lineage, columns_of, kept_lineage
from orchestration.defs.building import GOOD, GROUP, WARNED, Build, build_models, ids_of_chosen
from orchestration.defs.checks import check_name, check_words, read_by, subject_key
from orchestration.defs.failures import behind_decisions, settle, subjects
from orchestration.defs.lineage import column_metadata, declared_columns
from orchestration.defs.metadata import preview
from orchestration.defs.owners import ANALYSTS
from orchestration.defs.request import POLICY
from orchestration.defs.resources import WRITER_POOL, Program

PREVIEWED_SCHEMA = "marts"

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
        """The stage and the model's topic, which is its folder: `transforms_arr`. The schema in the
        key says how far a model has come."""
        _, _, *folders = dbt_resource_props["fqn"][:-1]
        return "_".join([GROUP, *(folders[:1] or [dbt_resource_props["schema"]])])

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """The schema as a tag, so that the graph can be filtered to what is published."""
        return {"schema": dbt_resource_props["schema"]}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Who is responsible for the models."""
        return [ANALYSTS]

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """A dbt test as a check with a sentence for a name, on the model that it is about."""
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


def _checks(
    context: dg.AssetExecutionContext,
    program: Program,
    manifest: dict[str, Any],
    build: Build,
) -> Iterator[dg.AssetCheckResult]:
    by_name = {(key.asset_key, key.name): key for key in context.selected_asset_check_keys}
    needed = behind_decisions(manifest)
    for result in build.results:
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
            description=_description(node, result),
            metadata={
                "rows_that_fail": result.failures or 0,
                "seconds": result.seconds,
                **build.metadata_of(result),
                **_failing_rows(program, result),
            },
        )


def _description(node: dict[str, Any], result: NodeResult) -> str:
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
    program: Program, manifest: dict[str, Any], build: Build
) -> Iterator[dg.MaterializeResult]:
    made = {r.unique_id: r for r in build.results if r.status in GOOD}
    with program.connect() as con:
        columns = columns_of(con)
        lineage = column_lineage(manifest, columns, built=build.whole)
        for unique_id, result in made.items():
            node = manifest["nodes"].get(unique_id)
            if node is None or node["resource_type"] != "model":
                continue
            metadata: dict[str, Any] = {"seconds": result.seconds, **build.metadata_of(result)}
            metadata |= column_metadata(node, manifest, columns, lineage, TRANSLATOR.get_asset_key)
            if node["config"]["materialized"] != "view":
                table = f"{node['schema']}.{node['name']}"
                (count,) = con.execute(f"select count(*) from {table}").fetchall()[0]
                metadata["dagster/row_count"] = count
                if node["schema"] == PREVIEWED_SCHEMA:
                    metadata["preview"] = preview(con, table)
            yield dg.MaterializeResult(asset_key=TRANSLATOR.get_asset_key(node), metadata=metadata)


@dbt_assets(
    manifest=manifest_path(),
    dagster_dbt_translator=TRANSLATOR,
    name="dbt_models",
    pool=WRITER_POOL,
)
def dbt_models(context: dg.AssetExecutionContext, program: Program):
    """Build and test every model in this process; failed data tests stop the run here."""
    from orchestration.dbt import manifest_json

    manifest = manifest_json()
    key_of = TRANSLATOR.get_asset_key
    chosen = ids_of_chosen(context, manifest, key_of) if context.is_subset else None
    build = build_models(program, manifest, chosen)
    yield from _materializations(program, manifest, build)
    yield from _checks(context, program, manifest, build)
    settle(program, manifest, build.results, build.harmed)


ASSETS = [dbt_models]
