"""What the terminal says where a command is used wrongly: the value, what was expected, a remedy.

Belongs here: messages and exit codes of single mistakes. Does not: what holds of all commands
alike (test_terminal.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from orchestration.cli.app import run
from scoring.policy.load import load_policy
from scoring.policy.yaml_lines import PolicyError
from tests.conftest import DEMO_YEAR


@pytest.fixture(autouse=True)
def at_home(monkeypatch, tmp_path) -> Iterator[None]:
    """In an empty folder, with messages on one line each; the environment is put back."""
    before = dict(os.environ)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("typed", ["abc", "2025-H1", "2025.5"])
def test_a_year_that_is_no_number_is_quoted(typed, capsys):
    assert run(["explain", "P-0020", "--year", typed]) == 2
    shown = capsys.readouterr().err
    assert (
        f"Invalid value for '--year': '{typed}' is not a whole number; write it in digits" in shown
    )


def test_a_value_outside_its_list_is_said_without_the_library(tmp_path, capsys):
    assert run(["export", "--to", str(tmp_path / "out"), "--format", "pdf"]) == 2
    shown = capsys.readouterr().err
    assert "Invalid value for '--format': 'pdf' is not one of 'parquet', 'csv', 'xlsx'" in shown


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--deal", "no deal registration X-9999 is known; P-0094"),
        ("--listing", "no listing X-9999 is known; P-0094"),
        ("--referral", "no referral X-9999 is known; P-0094"),
    ],
)
def test_an_id_that_no_row_has_is_wrong_use(demo_run, option, words, capsys):
    at = ["--year", str(DEMO_YEAR), "--warehouse", str(demo_run.warehouse)]
    assert run(["explain", "P-0094", *at, option, "X-9999"]) == 2
    assert words in capsys.readouterr().err


def test_what_is_not_published_names_the_command_that_publishes(capsys):
    assert run(["restate", "--year", "2025"]) == 1
    assert "`plumbline publish --year 2025 --by NAME` publishes it" in capsys.readouterr().err
    assert run(["restate", "--period", "2025-H1"]) == 1
    assert "`plumbline publish --period 2025-H1 --by NAME`" in capsys.readouterr().err


def test_an_unknown_parameter_says_where_the_known_ones_are():
    with pytest.raises(PolicyError, match="the site's page Policy list the ids"):
        load_policy("procore").parameter("x.y")
