"""The same graph as a stock Dagster project would run it: dbt as a subprocess.

Belongs here: the contender of the run's benchmark. Does not: any asset of its own; only the dbt
step differs, as dagster-dbt's documentation writes it, and the instance is Dagster's default.
"""

import os
import sys
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

from orchestration import settings
from orchestration.dbt import WAREHOUSE_VARIABLE
from orchestration.defs import dashboards, ingest, scoring, transforms
from orchestration.defs.jobs import REQUEST_OP
from orchestration.defs.resources import Program

# Found there by whatever looks for dbt by name.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
project = DbtProject(
    project_dir=settings.DBT_PROJECT,
    profiles_dir=settings.DBT_PROJECT,
    target_path=Path(os.environ["PLUMBLINE_STOCK_TARGET"]),
)
os.environ.setdefault(WAREHOUSE_VARIABLE, str(settings.locations().warehouse))
if not project.manifest_path.exists():
    project.preparer.prepare(project)


@dbt_assets(
    manifest=project.manifest_path,
    project=project,
    dagster_dbt_translator=transforms.TRANSLATOR,
    name="dbt_models",
    exclude="resource_type:unit_test",
)
def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource):
    """dbt build as a subprocess, its events streamed."""
    yield from dbt.cli(["build", "--exclude-resource-type", "unit_test"], context=context).stream()


defs = dg.Definitions(
    assets=[*ingest.ASSETS, dbt_models, *scoring.ASSETS, *dashboards.ASSETS],
    jobs=[
        dg.define_asset_job("stock"),
        dg.define_asset_job("stock_in_process", executor_def=dg.in_process_executor),
    ],
    resources={
        "program": Program(),
        "dbt": DbtCliResource(project_dir=project),
    },
)


def stock() -> dg.JobDefinition:
    """The job under Dagster's default executor: a process for each step."""
    return defs.resolve_job_def("stock")


def main(year: str, in_process: bool) -> int:
    """Run the job for one year; 0 when it succeeded."""
    home = settings.locations().dagster_home
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    config: dict[str, Any] = {"ops": {REQUEST_OP: {"config": {}}}}
    with dg.DagsterInstance.get() as instance:
        if in_process:
            within = defs.resolve_job_def("stock_in_process").execute_in_process(
                instance=instance, partition_key=year, run_config=config
            )
            return 0 if within.success else 1
        # One step at a time, since DuckDB has one writer.
        one = {"execution": {"config": {"multiprocess": {"max_concurrent": 1}}}}
        with dg.execute_job(
            dg.reconstructable(stock),
            instance=instance,
            run_config={**config, **one},
            tags={"dagster/partition": year},
            raise_on_error=True,
        ) as result:
            return 0 if result.success else 1


if __name__ == "__main__":
    # By its name, so that the processes of the steps find the job again.
    from benchmarks import stock as module

    sys.exit(module.main(sys.argv[1], in_process=sys.argv[2:] == ["in-process"]))
