"""`plumbline changes` at the terminal.

Belongs here: how a comparison is introduced. Does not: what changed (test_changes.py).
"""

from __future__ import annotations

import os

import pytest

from orchestration.cli.app import run
from tests.conftest import DEMO_YEAR


@pytest.fixture(autouse=True)
def environment():
    """The environment is put back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_the_count_says_of_which_periods_it_is(demo_run, capsys, monkeypatch):
    """A year and its reviews each have their own changes; the site's page counts those of one."""
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["changes", "--warehouse", str(demo_run.warehouse)]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    periods = f"in {DEMO_YEAR}, {DEMO_YEAR}-H1 and {DEMO_YEAR}-H2, each period counted by itself"
    assert first.startswith("Since the year before: ") and first.endswith(periods)
