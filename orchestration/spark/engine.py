"""One build of the models on Spark: out of the warehouse, through dbt-spark, back into it.

Belongs here: the steps and their order; where the environment is looked for.
Does not: dbt's own calls (orchestration/dbt.py), parquet out and in (tables.py).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from orchestration.dbt import NodeResult, manifest_json, run_dbt, target_dir
from orchestration.settings import DBT_PROJECT, PROJECT
from orchestration.spark.tables import fill_tables, put_out_sources
from orchestration.warehouse import connect

PYTHON_VARIABLE = "PLUMBLINE_SPARK_PYTHON"
FOLDER_VARIABLE = "PLUMBLINE_SPARK_FOLDER"
# dbt makes the tables without rows, so that their columns and types are the contract's.
SHAPE_ONLY = ["--vars", "{rows: elsewhere}"]
BUILT = "success"


class SparkMissing(RuntimeError):
    """There is no environment with Spark, or no Java; the message says what to do."""


class SparkFailed(RuntimeError):
    """dbt-spark could not run at all; the message is its own last lines."""


def spark_python() -> Path:
    """The Python that has Spark: PLUMBLINE_SPARK_PYTHON, else .venv-spark of the project.

    Raises SparkMissing when it is not there, or when a local session would find no Java.
    """
    python = Path(os.environ.get(PYTHON_VARIABLE) or PROJECT / ".venv-spark/bin/python")
    if not python.exists():
        raise SparkMissing(f"no Spark environment at {python}: run `make spark` in the project")
    local = os.environ.get("PLUMBLINE_SPARK_METHOD", "session") == "session"
    home = os.environ.get("JAVA_HOME")
    if local and not (shutil.which("java") or (home and (Path(home) / "bin/java").exists())):
        raise SparkMissing(
            "Spark needs Java 17 and there is no `java`: install openjdk-17-jre-headless"
        )
    return python


def spark_folder(warehouse: Path) -> Path:
    """Where the tables lie between the engines: under PLUMBLINE_SPARK_FOLDER, which a cluster has
    to see at the same path, else beside the warehouse."""
    name = warehouse.name + ".spark"
    base = os.environ.get(FOLDER_VARIABLE)
    return Path(base) / name if base else warehouse.with_name(name)


def build_on_spark(
    warehouse: Path, on_node: Callable[[str, str], None] | None = None
) -> list[NodeResult]:
    """Build every model on Spark, read the tables back, and hold dbt's tests against them.

    The results are those of one `dbt build`: a table's from Spark, a view's and a test's from
    DuckDB. Raises SparkMissing or SparkFailed; a failed model is a result.
    """
    (tables,) = run_models([warehouse])
    for result in tables if on_node else ():
        on_node(result.unique_id.split(".")[-1], result.status)
    results = read_back(warehouse, tables)
    return results + run_dbt(warehouse, ["test", *_tested(manifest_json(), results)], on_node)


def run_models(warehouses: list[Path]) -> list[list[NodeResult]]:
    """Put out the sources of each warehouse and run the models over them, in one session."""
    python = spark_python()
    folders = [spark_folder(warehouse) for warehouse in warehouses]
    for warehouse, folder in zip(warehouses, folders, strict=True):
        shutil.rmtree(folder, ignore_errors=True)
        with connect(warehouse) as con:
            put_out_sources(con, manifest_json(), folder)
    _on_spark(python, folders)
    return [_results(folder) for folder in folders]


def read_back(warehouse: Path, tables: list[NodeResult]) -> list[NodeResult]:
    """Make the views, and the tables with Spark's rows; one result a model."""
    manifest, folder = manifest_json(), spark_folder(warehouse)
    shaped = run_dbt(warehouse, ["run", *SHAPE_ONLY])
    with connect(warehouse) as con:
        fill_tables(con, manifest, folder, {r.unique_id for r in tables if r.status == BUILT})
    shutil.rmtree(folder, ignore_errors=True)
    return _one_a_model(manifest, tables, shaped)


def _results(folder: Path) -> list[NodeResult]:
    found = json.loads((folder / "results.json").read_text("utf-8"))
    return [NodeResult(**entry, failures=None) for entry in found]


def _on_spark(python: Path, folders: list[Path]) -> None:
    """Run build.py in Spark's environment; SparkFailed with its last words when it can't."""
    target = target_dir() / "spark"
    arguments = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    arguments += ["--target", "spark", "--target-path", str(target), "--log-level", "none"]
    arguments += ["--log-path", str(target / "logs"), "--no-use-colors"]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    script = Path(__file__).with_name("build.py")
    with (folders[0] / "spark.log").open("w+", encoding="utf-8") as log:
        ended = subprocess.run(
            [str(python), str(script), *map(str, folders), "--", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
        log.seek(0)
        said = log.read().strip().splitlines()
    if ended.returncode:
        raise SparkFailed("dbt-spark did not run:\n" + "\n".join(said[-20:]))


def _one_a_model(
    manifest: dict, tables: list[NodeResult], shaped: list[NodeResult]
) -> list[NodeResult]:
    """A table is as good as Spark made it; a view stands in the warehouse as DuckDB made it.

    In the order in which DuckDB made them: each model comes after those that it reads.
    """
    by_id = {result.unique_id: result for result in tables}
    return [
        result
        if manifest["nodes"][result.unique_id]["config"]["materialized"] == "view"
        else by_id[result.unique_id]
        for result in shaped
    ]


def _tested(manifest: dict, results: list[NodeResult]) -> list[str]:
    """Every data test, but for those that read a table which was not built."""
    arguments = ["--exclude-resource-type", "unit_test"]
    broken = [manifest["nodes"][r.unique_id]["name"] for r in results if r.status != BUILT]
    return [*arguments, "--exclude", *sorted(broken)] if broken else arguments
