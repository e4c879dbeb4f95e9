"""DuckDB and Postgres agree: every mart, and all that lies between, row by row and to 4 places.

Belongs here: the server, and what it is left with. Does not: the tests that every engine passes
(tests/engines), or whether DuckDB's own answer is right (tests/oracle).
"""

from __future__ import annotations

import os
import subprocess

import pytest

from orchestration import settings
from orchestration.engines.postgres import postgres_python
from orchestration.engines.steps import EngineMissing
from tests.engines.both import SameDemonstration, SameRows

from .server import programs, running


@pytest.fixture(scope="module")
def server():
    """Where the server is, also in the environment: one that was pointed at, else one made here."""
    if os.environ.get("PGHOST"):
        yield {"PGHOST": os.environ["PGHOST"]}
        return
    folder = programs()
    if folder is None:
        pytest.skip("no Postgres server program (initdb): install Debian's `postgresql`")
    with running(folder) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


ASK = """
import psycopg2
with psycopg2.connect(dbname="postgres") as con, con.cursor() as cursor:
    cursor.execute("select datname from pg_database where datname like 'plumbline!_%' escape '!'")
    print(cursor.fetchall())
"""


class TestPostgres(SameDemonstration, SameRows):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, server) -> str:
        """Postgres, whose server answers."""
        return settings.POSTGRES

    def test_no_database_of_a_run_is_left(self, demonstration):
        done = subprocess.run([postgres_python(), "-c", ASK], capture_output=True, text=True)
        assert done.stdout.strip() == "[]", done.stderr


def test_a_server_that_does_not_answer_is_told(server, tmp_path, monkeypatch):
    monkeypatch.setenv("PGHOST", str(tmp_path))
    with pytest.raises(EngineMissing, match="no Postgres server answers"):
        postgres_python()
