"""One build of the models on another engine: export from the warehouse, dbt there, import.

Belongs here: the steps and their order; where to find an engine's environment.
Does not: dbt's own calls (orchestration/dbt.py), exported and imported files (tables.py).
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.dbt import NodeResult, manifest_json, run_dbt, target_dir
from orchestration.engines.tables import Read, Write, fill_tables, put_out_sources
from orchestration.secrets import secret, without_secrets
from orchestration.settings import DBT_PROJECT
from orchestration.warehouse import connect

# dbt makes the tables without rows, so that their columns and types are the contract's.
SHAPE_ONLY = ["--vars", "{rows: elsewhere}"]
BUILT = "success"


class EngineMissing(RuntimeError):
    """The engine's environment or what it needs is not there; the message says what to do."""


class EngineFailed(RuntimeError):
    """The engine's dbt could not run at all; the message is its own last lines."""


@dataclass(frozen=True)
class Engine:
    """What differs between engines: the name (also of dbt's target, the `make` target and its
    script), its Python (raises EngineMissing), the files that pass between it and the warehouse,
    and the secrets that its process gets in its environment."""

    name: str
    python: Callable[[], Path]
    write: Write
    read: Read
    secrets: tuple[str, ...] = ()


def engine_named(name: str) -> Engine:
    """The engine of that name, from its own module; `name` is one of `settings.ELSEWHERE`."""
    return importlib.import_module(f"orchestration.engines.{name}").ENGINE


def environment_python(name: str) -> Path:
    """The Python of an engine: PLUMBLINE_<NAME>_PYTHON, else .venv-<name> of the project.

    Raises EngineMissing when it is not there.
    """
    chosen = os.environ.get(f"PLUMBLINE_{name.upper()}_PYTHON")
    python = Path(chosen or DBT_PROJECT.parent / f".venv-{name}/bin/python")
    if not python.exists():
        message = f"no {name.capitalize()} environment at {python}"
        raise EngineMissing(f"{message}: run `make {name}` in the project")
    return python


def folder_between(engine: Engine, warehouse: Path) -> Path:
    """Where the tables between the engines are: under PLUMBLINE_<NAME>_FOLDER, which a cluster has
    to see at the same path, else beside the warehouse."""
    name = f"{warehouse.name}.{engine.name}"
    base = os.environ.get(f"PLUMBLINE_{engine.name.upper()}_FOLDER")
    return Path(base) / name if base else warehouse.with_name(name)


def build_elsewhere(
    engine: Engine, warehouse: Path, on_node: Callable[[str, str], None] | None = None
) -> list[NodeResult]:
    """Build every model there, read the tables back, and run dbt's tests on them.

    The results are those of one `dbt build`: a table's from the engine, a view's and a test's from
    DuckDB. Raises EngineMissing or EngineFailed; a failed model is a result.
    """
    (tables,) = run_models(engine, [warehouse])
    for result in tables:
        if on_node is None:
            break
        on_node(result.unique_id.split(".")[-1], result.status)
    results = read_back(engine, warehouse, tables)
    return results + run_dbt(warehouse, ["test", *_tested(manifest_json(), results)], on_node)


def run_models(
    engine: Engine, warehouses: list[Path], first: Mapping[Path, str] | None = None
) -> list[list[NodeResult]]:
    """Export the sources of each warehouse and run the models on them, in one process.

    For a warehouse in `first`, whose tables are there, only the model of that name runs and what is
    made from it.
    """
    python = engine.python()
    folders = [folder_between(engine, warehouse) for warehouse in warehouses]
    for warehouse, folder in zip(warehouses, folders, strict=True):
        shutil.rmtree(folder, ignore_errors=True)
        with connect(warehouse) as con:
            begin = (first or {}).get(warehouse)
            put_out_sources(con, manifest_json(), folder, engine.write, begin)
    _run_remotely(engine, python, folders)
    return [_results(folder) for folder in folders]


def read_back(
    engine: Engine, warehouse: Path, tables: list[NodeResult], first: str | None = None
) -> list[NodeResult]:
    """Make the views, and the tables with the engine's rows; one result per model, from `first` on
    if only those ran."""
    manifest, folder = manifest_json(), folder_between(engine, warehouse)
    selected = ["--select", f"{first}+"] if first else []
    shaped = run_dbt(warehouse, ["run", *SHAPE_ONLY, *selected])
    built = {result.unique_id for result in tables if result.status == BUILT}
    with connect(warehouse) as con:
        fill_tables(con, manifest, folder, built, engine.read)
    shutil.rmtree(folder, ignore_errors=True)
    return _one_a_model(manifest, tables, shaped)


def _results(folder: Path) -> list[NodeResult]:
    entries = json.loads((folder / "results.json").read_text("utf-8"))
    return [NodeResult(**entry, failures=None) for entry in entries]


def remote_environment(secrets: tuple[str, ...]) -> dict[str, str]:
    """The environment of the engine's process: ours without our libraries, plus secrets.

    Raises BadSecrets.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return environment | {k: v for k in secrets if (v := secret(k)) is not None}


def _run_remotely(engine: Engine, python: Path, folders: list[Path]) -> None:
    """Run the engine's script in its environment; EngineFailed with its last output if it fails."""
    name = engine.name
    target = target_dir() / name
    arguments = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    arguments += ["--target", name, "--target-path", str(target), "--log-level", "none"]
    arguments += ["--log-path", str(target / "logs"), "--no-use-colors"]
    environment = remote_environment(engine.secrets)
    script = Path(__file__).with_name(f"remote_{name}.py")
    with (folders[0] / f"{name}.log").open("w+", encoding="utf-8") as log:
        ended = subprocess.run(
            [str(python), str(script), *map(str, folders), "--", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
        log.seek(0)
        lines = [line for line in log.read().strip().splitlines() if not line.startswith("\tat ")]
    if ended.returncode:
        words = without_secrets("\n".join(lines[-20:]))
        raise EngineFailed(f"dbt-{name} did not run:\n{words}")


def _one_a_model(
    manifest: dict, tables: list[NodeResult], shaped: list[NodeResult]
) -> list[NodeResult]:
    """One result per model: a table's is the engine's, a view's is DuckDB's.

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
    """Every data test, except those that read a table which was not built."""
    arguments = ["--exclude-resource-type", "unit_test"]
    broken = [manifest["nodes"][r.unique_id]["name"] for r in results if r.status != BUILT]
    return [*arguments, "--exclude", *sorted(broken)] if broken else arguments
