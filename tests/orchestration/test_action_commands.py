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


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("P-0056", ""),
        ("P-00566", "No partner has the id or name 'P-00566'. Near: P-0056 (Sable Estimating)"),
        (
            "Sable Estimating",
            "No partner has the id 'Sable Estimating'. Near: P-0056 (Sable Estimating)",
        ),
    ],
)
def test_what_is_written_for_nobody_is_written_and_said(home, capsys, typed, words):
    waiver = {
        "waiver_id": f"W-{typed}",
        "partner_id": typed,
        "program": "reseller",
        "requirement": "RESL-ARR",
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
        "granted_by": "A. Reyes",
        "reason": "Merger under way",
    }
    flags = [word for name, value in waiver.items() for word in (f"--{name}", value)]
    assert run(["decide", "waiver", *flags]) == 0
    assert capsys.readouterr().err.startswith(words)
    assert run(["template", "--partner", typed, "--month", "2025-03", "march.xlsx"]) == 0
    shown = capsys.readouterr().err
    assert shown.startswith(words) and bool(shown) == bool(words)
    assert Path("march.xlsx").exists()
