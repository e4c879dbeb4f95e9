"""Commands that give people the results of decisions: exit codes, JSON, messages for wrong use.

Belongs here: bundle, letters, outlook, backtest and explain as a person types them.
Does not: their answers (tests/scoring, tests/dashboards).
"""

from __future__ import annotations

import json

import duckdb
import pytest
import typer.main

from orchestration.cli.app import app
from tests.conftest import DEMO_YEAR
from tests.orchestration.test_run import command

YEAR = ("--year", str(DEMO_YEAR))
ASKED = {
    # command and its options, and the keys that its JSON has
    "explain": (["P-0094", *YEAR, "--referral", "R-0003"], ["decision", "criteria"]),
    "outlook": ([*YEAR], ["year", "as_of", "pace", "due", "renewals", "calibration"]),
    "backtest": (["--set", "reseller.minimum_arr_usd=150000"], ["years"]),
}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_answers_are_json(demo_run, name):
    options, keys = ASKED[name]
    done = command(demo_run, name, *options, "--json")
    assert done.returncode == 0, done.stderr
    assert set(keys) <= set(json.loads(done.stdout))


def test_a_bundle_is_written_and_nothing_else_is_overwritten(demo_run, tmp_path):
    made = command(
        demo_run, "bundle", "P-0009", *YEAR, "--out", str(tmp_path / "b.duckdb"), "--json"
    )
    assert made.returncode == 0, made.stderr
    answer = json.loads(made.stdout)
    assert (answer["partner_id"], answer["differences"], answer["withheld"]) == ("P-0009", 0, 0)
    with duckdb.connect(answer["file"], read_only=True) as bundle:
        assert bundle.execute("from differences").fetchall() == []
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    wrong = command(demo_run, "bundle", "P-0009", *YEAR, "--out", str(tmp_path / "notes.txt"))
    assert wrong.returncode == 2
    assert "is not a bundle" in wrong.stderr and "Traceback" not in wrong.stderr


def test_a_refused_letter_is_named_and_exits_1(demo_run, tmp_path):
    (tmp_path / "letter.html").write_text(
        "<h1>{{ partner.partner_id }}</h1>"
        '{% if partner.raw.partner_id == "P-0002" %}<p>{{ 6 * 7 }} reports</p>{% endif %}',
        "utf-8",
    )
    out = tmp_path / "out"
    done = command(
        demo_run, "letters", *YEAR, "--out", str(out), "--templates", str(tmp_path), "--json"
    )
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["refused"] == [
        {"partner_id": "P-0002", "reasons": ["unbound figure in '42 reports'"]}
    ]
    assert len(answer["written"]) == len(list(out.glob("*.pdf"))) > 100


WRONG = [
    (["outlook", "--year", str(DEMO_YEAR - 1)], "--as-of"),
    (["backtest"], "parameter=value"),
    (["backtest", "--set", "agreements.version_grace_days=1"], "changes what is measured"),
    (["explain", "P-0094", *YEAR, "--deal", "x", "--referral", "y"], "give only one of these"),
]


@pytest.mark.parametrize(("typed", "words"), WRONG)
def test_wrong_use_is_told(demo_run, typed, words):
    done = command(demo_run, *typed)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr


def test_every_command_has_an_example():
    commands = typer.main.get_command(app).commands
    assert {"bundle", "letters", "outlook", "backtest", "explain"} <= set(commands)
    for name, each in commands.items():
        inside = getattr(each, "commands", {"": each})
        for sub in inside.values():
            assert "Example: plumbline" in (sub.epilog or ""), name
