"""dbt-spark on parquet tables, in the environment that has Spark (`make spark`).

Belongs here: the Spark session and dbt's commands; a file that that environment's Python runs.
Does not: import anything of this project but its neighbour remote.py; DuckDB (tables.py).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from remote import call, run_script, run_tables

# A driver on one machine talks only to itself.
LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
# Below this many bytes of sources Spark's time goes into planning and compiling, not into rows.
# With only its first compiler, the JVM reserves a fifth of the usual room for compiled code. So
# many models fill it, and the JVM ends when it is full.
SMALL_BYTES = 100_000_000
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    " -XX:ReservedCodeCacheSize=240m",
    # Each sort and sum takes a page, each broadcast a block and each column of a file a batch,
    # however little is put there; Spark's own sizes are for large inputs.
    "spark.buffer.pageSize": "1m",
    "spark.broadcast.blockSize": "64k",
    "spark.sql.parquet.columnarReaderBatchSize": "512",
    # Spark remembers its work, with the plans of all models, for pages that nobody opens.
    "spark.ui.retainedJobs": "10",
    "spark.ui.retainedStages": "10",
    "spark.ui.retainedTasks": "100",
    "spark.sql.ui.retainedExecutions": "1",
}


def start_session(folders: list[Path]) -> None:
    """The session that dbt-spark then finds."""
    read = sum(f.stat().st_size for folder in folders for f in folder.rglob("*.parquet"))
    session(folders[0], SMALL if read < SMALL_BYTES else {})


def session(folder: Path, local: dict[str, str]) -> Any:
    """A session: on this machine unless PLUMBLINE_SPARK_MASTER names a cluster, for which
    everything else is Spark's own configuration (SPARK_CONF_DIR). `local` are settings of a session
    on this machine."""
    from pyspark.sql import SparkSession

    master = os.environ.get("PLUMBLINE_SPARK_MASTER")
    settings = {"spark.sql.warehouse.dir": str(folder / "spark")}
    if not master:
        settings |= LOCAL | local
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("plumbline").master(master or "local[*]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def require_session() -> None:
    """End this process if the session's JVM has ended: the failure is then not the models'."""
    from pyspark import SparkContext

    started = getattr(SparkContext._gateway, "proc", None)
    code = started.poll() if started else None
    if code is not None:
        sys.exit(f"Spark's JVM ended in the middle of the models, with {code}; why stands above")


def keep_ansi() -> None:
    """Keep ANSI mode on: dbt-spark turns it off, and an overflow would be a null that nobody
    notices."""
    from dbt.adapters.spark.connections import SparkCredentials

    prepare = SparkCredentials.__post_init__

    def with_ansi(credentials: Any) -> None:
        prepare(credentials)
        credentials.server_side_parameters["spark.sql.ansi.enabled"] = "true"

    SparkCredentials.__post_init__ = with_ansi


def prepare(folders: list[Path]) -> None:
    """The session, unless a Thrift server has it, and what dbt-spark reads as it parses."""
    keep_ansi()
    if os.environ.get("PLUMBLINE_SPARK_METHOD", "session") == "session":
        start_session(folders)
    os.environ["PLUMBLINE_SPARK_FOLDER"] = str(folders[0])


def build(manifest: Any, folder: Path, arguments: list[str]) -> list[dict[str, Any]]:
    """Register FOLDER's sources and run every table and what it is made from."""
    os.environ["PLUMBLINE_SPARK_FOLDER"] = str(folder)
    tables = [(p.parent.name, p.name) for p in sorted(folder.glob("sources/*/*"))]
    call(manifest, "register_sources", arguments, tables=tables)
    results = run_tables(manifest, folder, arguments)
    require_session()
    return results


if __name__ == "__main__":
    run_script(prepare, build)
