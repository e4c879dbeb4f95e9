"""Spark as an engine for the models: its environment, and parquet to and from the warehouse.

Belongs here: what Spark needs. Does not: the steps (steps.py), its session (remote_spark.py).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orchestration.engines.steps import Engine, EngineMissing, environment_python
from orchestration.engines.tables import read_parquet, write_parquet
from orchestration.settings import SPARK


def spark_python() -> Path:
    """The Python that has Spark: PLUMBLINE_SPARK_PYTHON, else .venv-spark of the project.

    Raises EngineMissing when it is not there, or when a local session would find no Java.
    """
    python = environment_python(SPARK)
    local = os.environ.get("PLUMBLINE_SPARK_METHOD", "session") == "session"
    home = os.environ.get("JAVA_HOME")
    if local and not (shutil.which("java") or (home and (Path(home) / "bin/java").exists())):
        raise EngineMissing(
            "Spark needs Java 17 and there is no `java`: install openjdk-17-jre-headless"
        )
    return python


ENGINE = Engine(SPARK, spark_python, write_parquet, read_parquet)
