"""Queries of Snowflake by its ADBC driver, against fakesnow where `make snowflake` installed it."""

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.sources.fetched import SourceError
from ingest.sources.query import fetch

HOME = Path(__file__).parents[3] / ".venv-snowflake"
FIRST, SECOND, THIRD = (datetime(2026, 1, day, 8, tzinfo=UTC) for day in (5, 6, 7))
SERVER = """
import sys, fakesnow
with fakesnow.server() as given:
    print(given["port"], flush=True)
    sys.stdin.read()
"""
ROWS = "('A1', 'Acme', 1.5, '2026-01-01 10:00'), ('A2', 'Beta', null, '2026-01-04 10:00')"
TABLE = f"""
create or replace table accounts
  (account_id text, name text, arr number(18, 4), changed_at timestamp_ntz);
insert into accounts values {ROWS}
"""


@pytest.fixture(scope="module")
def server():
    """The address of a Snowflake on this machine, and its driver beside our own packages."""
    program = HOME / "bin/python"
    if not program.exists():
        pytest.skip("no fakesnow: `make snowflake` installs it; Snowflake was not tried")
    (packages,) = HOME.glob("lib/python*/site-packages")
    running = subprocess.Popen(
        [str(program), "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    sys.path.append(str(packages))
    try:
        port = running.stdout.readline().strip()
        yield f"fake:any@127.0.0.1:{port}/db/s?protocol=http&account=fakesnow&warehouse=w"
    finally:
        sys.path.remove(str(packages))
        running.communicate()


@pytest.fixture
def spec(server):
    execute(server, TABLE)
    return {
        "name": "accounts",
        "driver": "snowflake",
        "uri": server,
        "query": "select * from accounts order by account_id;",
        "into": "crm/accounts",
    }


def execute(uri, statements):
    driver = importlib.import_module("adbc_driver_snowflake.dbapi")
    with driver.connect(uri) as connection, connection.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";")):
            cursor.execute(statement)
        connection.commit()


def test_rows_land_and_the_same_rows_write_nothing(spec, zone):
    state = {}
    (one,) = fetch(spec, zone.root, state, FIRST)
    assert (one.file, one.rows) == ("crm/accounts/accounts-20260105T080000Z.parquet", 2)
    zone.land()
    landed = zone.rows("select account_id, name from landing.accounts order by 1")
    assert landed == [("A1", "Acme"), ("A2", "Beta")]
    (again,) = fetch(spec, zone.root, state, SECOND)
    assert (again.file, again.note) == (None, "nothing new")


def test_only_what_is_newer_comes_and_late_rows_within_the_overlap(spec, tmp_path):
    spec["incremental"] = {"column": "changed_at", "overlap_days": 1}
    state = {}
    fetch(spec, tmp_path, state, FIRST)
    late = "('A3', 'Late', 2, '2026-01-03 12:00')"
    execute(spec["uri"], TABLE.replace(ROWS, f"{ROWS}, {late}"))
    (one,) = fetch(spec, tmp_path, state, SECOND)
    came = pq.read_table(tmp_path / one.file)
    assert came.column(0).to_pylist() == ["A2", "A3"]


def test_a_changed_column_is_told_and_a_table_that_is_gone_is_a_fault(spec, tmp_path):
    state = {}
    fetch(spec, tmp_path, state, FIRST)
    execute(spec["uri"], "alter table accounts add column owner text")
    (one,) = fetch(spec, tmp_path, state, SECOND)
    assert one.note == "the query's columns have changed: OWNER came"
    execute(spec["uri"], "drop table accounts")
    with pytest.raises(SourceError, match=r"(?i)accounts") as caught:
        fetch(spec, tmp_path, state, THIRD)
    assert "fake:any@" not in str(caught.value)
