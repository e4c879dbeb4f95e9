"""DuckDB and Postgres agree: every mart, and all that lies between, row by row and to 4 places.

Belongs here: the demonstration program through the command, random programs through the engine.
Does not: whether DuckDB's own answer is right (tests/oracle).
"""

from __future__ import annotations

import os
import subprocess

import pytest

from orchestration import settings
from orchestration.engines.postgres import postgres_python
from orchestration.engines.steps import EngineMissing
from tests.engines import both
from tests.quick_run import models

from .server import programs, running


@pytest.fixture(scope="session")
def server():
    """Where the server is, also in the environment: one that was pointed at, else one made here."""
    if os.environ.get("PGHOST"):
        yield {"PGHOST": os.environ["PGHOST"]}
        return
    found = programs()
    if found is None:
        pytest.skip("no Postgres server program (initdb): install Debian's `postgresql`")
    with running(found) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


@pytest.fixture(scope="session")
def compiled(server, tmp_path_factory):
    """Every model's SQL for DuckDB."""
    return models(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, compiled) -> both.Pair:
    """The demonstration program by both engines."""
    return both.build_demonstration(tmp_path_factory.mktemp("demo"), compiled, settings.POSTGRES)


@pytest.fixture(scope="session")
def random_programs(tmp_path_factory, compiled) -> dict[int, both.Pair]:
    """Random programs by both engines."""
    return both.build_random(tmp_path_factory.mktemp("random"), compiled, settings.POSTGRES)


def test_the_demonstration_is_the_same_on_both_engines(demonstration):
    both.assert_demonstration_is_the_same(demonstration)


@pytest.mark.parametrize("seed", both.SEEDS)
def test_a_random_program_is_the_same_on_both_engines(random_programs, seed):
    both.assert_program_is_the_same(random_programs[seed])


def test_a_row_that_differs_is_named(demonstration, tmp_path):
    told = both.differences_after_a_change(demonstration, tmp_path / "changed.duckdb")
    assert "arr_usd: Decimal(" in told
    assert "missing on the right" in told


ASK = """
import psycopg2
with psycopg2.connect(dbname="postgres") as con, con.cursor() as cursor:
    cursor.execute("select datname from pg_database where datname like 'plumbline!_%' escape '!'")
    print(cursor.fetchall())
"""


def test_no_database_of_a_run_is_left(demonstration):
    asked = subprocess.run([postgres_python(), "-c", ASK], capture_output=True, text=True)
    assert asked.stdout.strip() == "[]", asked.stderr


def test_a_server_that_does_not_answer_is_told(server, tmp_path, monkeypatch):
    monkeypatch.setenv("PGHOST", str(tmp_path))
    with pytest.raises(EngineMissing, match="no Postgres server answers"):
        postgres_python()
