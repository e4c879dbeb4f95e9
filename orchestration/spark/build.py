"""dbt-spark over parquet tables, in the environment that has Spark (`make spark`).

Belongs here: the Spark session and dbt's commands; a file that that environment's Python runs.
Does not: import anything of this project, whose libraries are not there; DuckDB (engine.py).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

# A driver on one machine talks to itself alone.
LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}
# Below this many bytes of sources Spark's time goes into planning and compiling, not into rows.
SMALL_BYTES = 100_000_000
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}


def start_session(folders: list[Path]) -> None:
    """The session that dbt-spark then finds: here unless PLUMBLINE_SPARK_MASTER names a cluster,
    for which everything else is Spark's own configuration (SPARK_CONF_DIR)."""
    from pyspark.sql import SparkSession

    master = os.environ.get("PLUMBLINE_SPARK_MASTER")
    settings = {"spark.sql.warehouse.dir": str(folders[0] / "spark")}
    if not master:
        settings |= LOCAL
        read = sum(f.stat().st_size for folder in folders for f in folder.rglob("*.parquet"))
        settings |= SMALL if read < SMALL_BYTES else {}
    builder = SparkSession.builder.appName("plumbline").master(master or "local[*]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    builder.getOrCreate()


def keep_ansi() -> None:
    """dbt-spark turns ANSI mode off; an overflow would then be a null that nobody sees."""
    from dbt.adapters.spark.connections import SparkCredentials

    prepare = SparkCredentials.__post_init__

    def with_ansi(credentials: Any) -> None:
        prepare(credentials)
        credentials.server_side_parameters["spark.sql.ansi.enabled"] = "true"

    SparkCredentials.__post_init__ = with_ansi


def parse(arguments: list[str]) -> Any:
    """The project as dbt-spark understands it."""
    from dbt.cli.main import dbtRunner

    parsed = dbtRunner().invoke(["parse", *arguments])
    _require(parsed, "parse")
    return parsed.result


def build(manifest: Any, folder: Path, arguments: list[str]) -> list[dict[str, Any]]:
    """Register FOLDER's sources and run every table and what it is made from; one record a model,
    as dbt reports it."""
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=manifest)
    os.environ["PLUMBLINE_SPARK_FOLDER"] = str(folder)
    tables = [(p.parent.name, p.name) for p in sorted(folder.glob("sources/*/*"))]
    given = ["--args", json.dumps({"tables": tables})]
    registered = runner.invoke(["run-operation", "register_sources", *given, *arguments])
    _require(registered, "register the sources")
    ran = runner.invoke(["run", "--select", "+config.materialized:table", *arguments])
    if ran.result is None:
        _require(ran, "run")
    return [
        {
            "unique_id": entry.node.unique_id,
            "status": str(entry.status),
            "message": entry.message or "",
            "seconds": float(entry.execution_time or 0),
        }
        for entry in ran.result.results
    ]


def _require(result: Any, step: str) -> None:
    if not result.success:
        sys.exit(f"dbt-spark could not {step}: {result.exception or result.result}")


def main() -> None:
    """`build.py FOLDER... -- ARGUMENTS...`: run dbt over each, leave FOLDER/results.json."""
    end = sys.argv.index("--")
    folders, arguments = [Path(text) for text in sys.argv[1:end]], sys.argv[end + 1 :]
    keep_ansi()
    if os.environ.get("PLUMBLINE_SPARK_METHOD", "session") == "session":
        start_session(folders)
    os.environ["PLUMBLINE_SPARK_FOLDER"] = str(folders[0])
    manifest = parse(arguments)
    for folder in folders:
        results = build(manifest, folder, arguments)
        (folder / "results.json").write_text(json.dumps(results), "utf-8")


if __name__ == "__main__":
    main()
