"""A Snowflake of the tests' own: fakesnow, which answers Snowflake's driver and is DuckDB inside.

Belongs here: starting and stopping it. Does not: what it is made to do otherwise (fake.py), or what
runs on it.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

PYTHON = Path(__file__).parents[2] / ".venv-snowflake/bin/python"
FAKE = Path(__file__).with_name("fake.py")
DATABASE = "company"


@contextlib.contextmanager
def running(log: Path) -> Iterator[dict[str, str]]:
    """A fresh one for as long as it lasts; Snowflake's variables that lead to it."""
    with log.open("w") as requests:
        server = subprocess.Popen(
            [str(PYTHON), str(FAKE), DATABASE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=requests,
            text=True,
        )
        try:
            port = server.stdout.readline().strip()
            yield {
                "SNOWFLAKE_ACCOUNT": "fakesnow",
                "SNOWFLAKE_USER": "fake",
                "SNOWFLAKE_PASSWORD": "quite-a-secret",
                "SNOWFLAKE_DATABASE": DATABASE,
                "SNOWFLAKE_HOST": "localhost",
                "SNOWFLAKE_PORT": port,
                "SNOWFLAKE_PROTOCOL": "http",
            }
        finally:
            server.communicate()
