"""A warehouse stays open between the steps of a run, and nobody's after it."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.warehouse import connect, let_go, staying_open

OPEN = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True)"


def others_may_read(warehouse: Path) -> bool:
    """Whether another process can open the file: not while this one has it open."""
    ended = subprocess.run([sys.executable, "-c", OPEN, warehouse], capture_output=True, text=True)
    assert ended.returncode == 0 or "lock" in ended.stderr, ended.stderr
    return ended.returncode == 0


def test_it_is_open_between_two_steps_and_let_go_where_another_opens_it_itself(tmp_path):
    warehouse = tmp_path / "w.duckdb"
    with connect(warehouse) as con:
        con.execute("create table one as select 1 as n")
    assert others_may_read(warehouse)
    with pytest.raises(ZeroDivisionError), staying_open(warehouse):
        with connect(warehouse) as con:
            con.execute("insert into one values (2)")
        assert not others_may_read(warehouse)
        with connect(warehouse) as con:
            assert con.execute("select sum(n) from one").fetchall() == [(3,)]
            assert con.execute("select current_setting('timezone')").fetchall() == [("UTC",)]
        with connect(warehouse) as con:
            let_go(tmp_path / "another.duckdb")
            con.execute("from one")
        let_go(warehouse)
        assert others_may_read(warehouse)
        with connect(warehouse) as con:
            con.execute("from one")
        assert not others_may_read(warehouse)
        raise ZeroDivisionError
    assert others_may_read(warehouse)
