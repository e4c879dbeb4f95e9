"""Postgres as an engine for the models: its environment, a server, CSV to and from the warehouse.

Belongs here: what Postgres needs. Does not: the steps (steps.py), the database of a run
(remote_postgres.py).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from orchestration.engines.steps import Engine, EngineMissing, environment_python
from orchestration.engines.tables import read_csv, write_csv
from orchestration.settings import POSTGRES

# What libpq says when it can't connect, on one line.
ASK = """
import os, psycopg2
psycopg2.connect(dbname=os.environ.get("PGDATABASE") or "postgres", connect_timeout=10).close()
"""


def postgres_python() -> Path:
    """The Python that has dbt-postgres: PLUMBLINE_POSTGRES_PYTHON, else .venv-postgres.

    Raises EngineMissing when it is not there, or when no server answers where libpq looks.
    """
    python = environment_python(POSTGRES)
    answer = subprocess.run(
        [str(python), "-c", ASK], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if answer.returncode:
        lines = answer.stderr.strip().splitlines()
        reason = next((line for line in lines if "Error" in line), lines[-1] if lines else "")
        raise EngineMissing(f"no Postgres server answers (PGHOST, PGPORT, PGUSER): {reason}")
    return python


ENGINE = Engine(POSTGRES, postgres_python, write_csv, read_csv)
