"""Snowflake as an engine for the models: its environment, an account, parquet to and from it.

Belongs here: what Snowflake needs. Does not: the steps (steps.py), the schemas of a run
(remote_snowflake.py).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from orchestration.engines.steps import (
    Engine,
    EngineMissing,
    environment_python,
    remote_environment,
)
from orchestration.engines.tables import read_from_snowflake, write_for_snowflake
from orchestration.secrets import without_secrets
from orchestration.settings import SNOWFLAKE

SECRETS = ("SNOWFLAKE_PASSWORD", "SNOWFLAKE_PRIVATE_KEY_FILE_PWD", "SNOWFLAKE_TOKEN")
# Connects as a run would, and says on its last line why it can't.
ASK = Path(__file__).with_name("remote_snowflake_session.py")


def snowflake_python() -> Path:
    """The Python that has dbt-snowflake: PLUMBLINE_SNOWFLAKE_PYTHON, else .venv-snowflake.

    Raises EngineMissing when it is not there, or when no account answers where Snowflake's own
    variables lead; BadSecrets.
    """
    python = environment_python(SNOWFLAKE)
    answer = subprocess.run(
        [str(python), str(ASK)],
        env=remote_environment(SECRETS),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if answer.returncode:
        lines = answer.stderr.strip().splitlines()
        reason = without_secrets(lines[-1] if lines else "")
        raise EngineMissing(f"no Snowflake answers (SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER): {reason}")
    return python


ENGINE = Engine(SNOWFLAKE, snowflake_python, write_for_snowflake, read_from_snowflake, SECRETS)
