"""A warehouse of an earlier release lacks what is read today: a command says what to do."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from orchestration.cli.app import run


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("drop table decisions.actions", ["today"]),
        ("alter table decisions.actions drop column command", ["today"]),
    ],
)
def test_a_table_or_column_that_is_not_there_is_told(demo_run, tmp_path, capsys, change, words):
    for file in (demo_run.warehouse, demo_run.serving):
        shutil.copyfile(file, tmp_path / file.name)
        with duckdb.connect(str(tmp_path / file.name)) as con:
            con.execute(change)
            # That release recorded nothing about tables that it wrote differently from today.
            con.execute("drop table run.written")
    code = run([*words, "--warehouse", str(tmp_path / demo_run.warehouse.name)])
    output = capsys.readouterr().err
    assert code == 1
    assert "run `plumbline run --year ...` again" in output and "--debug" in output
