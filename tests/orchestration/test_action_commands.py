"""Every action's command runs as it stands, from any folder.

Belongs here: the demonstration's own actions, each command typed as it is printed. Does not: which
actions there are (tests/scoring/test_actions.py).
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.app import run


@pytest.fixture
def home(demo_run, tmp_path, monkeypatch) -> Iterator[Path]:
    """A copy of the demonstration that its actions may be done in, and another current folder."""
    before = dict(os.environ)
    copy, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    shutil.copytree(demo_run.landing.parent, copy)
    elsewhere.mkdir()
    for name in ("LANDING", "WAREHOUSE", "SITE", "POLICY"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(copy))
    monkeypatch.chdir(elsewhere)
    yield copy
    os.environ.clear()
    os.environ.update(before)


def test_every_action_of_the_demonstration_can_be_done_by_its_command(home, capsys):
    """Decisions land as files, reports' workbooks lie in the current folder, results are published
    last: a publication is of what stood before."""
    with duckdb.connect(str(home / "plumbline.duckdb.serving"), read_only=True) as con:
        actions = con.execute(
            """select command, min(kind) as first_kind from decisions.actions
            group by command order by first_kind = 'publication', first_kind, command"""
        ).fetchall()
    kinds = {kind for _, kind in actions}
    assert {"report", "governance", "registration", "requirement", "publication"} <= kinds
    failed = {}
    for command, _ in actions:
        program, *arguments = shlex.split(command)
        assert program == "plumbline"
        if run(arguments):
            failed[command] = capsys.readouterr().err
    assert failed == {}
    written = list(Path.cwd().glob("*.xlsx"))
    assert len(written) == sum(kind == "report" for _, kind in actions)
    decided = list((home / "landing" / "decisions").glob("governance_decisions-*"))
    assert len(decided) >= sum("decide governance" in command for command, _ in actions)
    assert (home / "ledger").is_dir()
