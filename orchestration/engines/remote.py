"""dbt in the environment of another engine: parse the project there, run its tables.

Belongs here: what the runs of all those engines share; imported only by that environment's Python.
Does not: import anything of this project, whose libraries are not there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast


def parse(arguments: list[str]) -> Any:
    """The project as this environment's adapter understands it."""
    from dbt.cli.main import dbtRunner

    parsed = dbtRunner().invoke(["parse", *arguments])
    require(parsed, "parse")
    return parsed.result


def call(manifest: Any, macro: str, arguments: list[str], **arguments_of: Any) -> None:
    """Run one macro of the project."""
    from dbt.cli.main import dbtRunner

    command = ["run-operation", macro, "--args", json.dumps(arguments_of), *arguments]
    require(dbtRunner(manifest=manifest).invoke(command), macro)


def run_tables(manifest: Any, folder: Path, arguments: list[str]) -> list[dict[str, Any]]:
    """Run the models that FOLDER/models.txt names; one record per model, as dbt reports it."""
    from dbt.cli.main import dbtRunner

    names = (folder / "models.txt").read_text("utf-8").split()
    command = ["run", "--select", *names, *arguments]
    ran = dbtRunner(manifest=manifest).invoke(command)
    if ran.result is None:
        require(ran, "run")
    return [
        {
            "unique_id": entry.node.unique_id,
            "status": str(entry.status),
            "message": entry.message or "",
            "seconds": float(entry.execution_time or 0),
        }
        for entry in cast(Any, ran.result).results
    ]


def require(result: Any, step: str) -> None:
    """End this process with dbt's own words when a step failed."""
    if not result.success:
        sys.exit(f"dbt could not {step}: {result.exception or result.result}")


def run_script(
    prepare: Callable[[list[Path]], None],
    build: Callable[[Any, Path, list[str]], list[dict[str, Any]]],
) -> None:
    """`SCRIPT FOLDER... -- ARGUMENTS...`: build over each folder, leave FOLDER/results.json."""
    end = sys.argv.index("--")
    folders, arguments = [Path(text) for text in sys.argv[1:end]], sys.argv[end + 1 :]
    prepare(folders)
    manifest = parse(arguments)
    for folder in folders:
        results = build(manifest, folder, arguments)
        (folder / "results.json").write_text(json.dumps(results), "utf-8")
