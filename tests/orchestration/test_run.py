"""The whole job on the demonstration program: what it leaves, again, and in another warehouse."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ingest.shortcuts import VARIABLE, Shortcut
from orchestration.dbt import run_dbt
from orchestration.defs import building
from orchestration.run import run_review, run_year
from orchestration.settings import locations
from scoring.published import PUBLISHED
from tests.faults.program import CUSTOMERS, arrive

PROGRAM = Path(sys.executable).with_name("plumbline")


def tree(folder: Path) -> dict[str, str]:
    """Relative path -> sha256 of every file of a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tables(warehouse: Path) -> dict[str, str]:
    """Published table -> digest of its rows in order; a missing table is missing here too."""
    digests = {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for table in PUBLISHED:
            rows = con.execute(table.select).fetchall()
            digests[table.qualified] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return digests


def command(places, *arguments: str) -> subprocess.CompletedProcess:
    """Run `plumbline` as a person would, from another folder."""
    # A run in this process leaves its own places in the environment; they are not this command's.
    own = {"PLUMBLINE_LANDING", "PLUMBLINE_WAREHOUSE", "PLUMBLINE_SITE", "PLUMBLINE_POLICY"}
    environment = {
        **{name: value for name, value in os.environ.items() if name not in own},
        "PLUMBLINE_HOME": str(places.warehouse.parent),
        "COLUMNS": "100",
    }
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=places.warehouse.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_published_table_is_there_with_its_columns(demo_con):
    for table in PUBLISHED:
        described = demo_con.execute(f"describe {table.qualified}").fetchall()
        assert [(name, kind) for name, kind, *_ in described][: len(table.columns)] == list(
            table.columns
        ), table.qualified


def test_rows_read_are_accepted_quarantined_or_duplicate(demo_con):
    wrong = demo_con.execute(
        "select file from landing.deliveries"
        " where rows_read <> rows_accepted + rows_quarantined + rows_duplicate"
    ).fetchall()
    assert wrong == []
    assert demo_con.execute("select count(*) from landing.deliveries").fetchone()[0] > 300


def test_a_second_warehouse_and_a_second_run_give_the_same(demo_run, tmp_path, monkeypatch):
    """The same landing zone gives equal tables and identical pages; a second run builds nothing.

    What dbt compiled for the first warehouse builds the second.
    """
    other = locations(demo_run.landing, tmp_path / "other.duckdb", tmp_path / "site", None)
    by_dbt: list[str] = []

    def noting(*words):
        done = run_dbt(*words)
        by_dbt.extend(result.unique_id.split(".")[-1] for result in done)
        return done

    monkeypatch.setattr(building, "run_dbt", noting)
    run_year(other, 2025)
    assert by_dbt == []
    assert tables(other.warehouse) == tables(demo_run.warehouse)
    assert tree(other.site) == tree(demo_run.site)
    before = tree(other.site)
    stages: list[tuple[str, str]] = []
    from orchestration import progress

    progress.listen(lambda stage, detail: stages.append((stage, detail)))
    monkeypatch.setenv(VARIABLE, Shortcut.UNCHANGED)
    try:
        run_year(other, 2025)
    finally:
        progress.listen(None)
    assert ("dbt", "nothing new") in stages
    assert ("scoring", "nothing new") in stages
    assert ("site", "nothing new") in stages
    assert tree(other.site) == before
    assert tables(other.warehouse) == tables(demo_run.warehouse)


def test_a_review_leaves_no_later_period(demo_run, tmp_path):
    places = locations(demo_run.landing, tmp_path / "r.duckdb", tmp_path / "site", None)
    run_review(places, "2024-H1")
    with duckdb.connect(str(places.warehouse), read_only=True) as con:
        periods = {
            p
            for (p,) in con.execute(
                "select distinct period from marts.fct_program_compliance"
            ).fetchall()
        }
        reviews = {
            r
            for (r,) in con.execute(
                "select distinct review from decisions.governance_reviews"
            ).fetchall()
        }
    assert max(reviews) == "2024-H1"
    assert not {p for p in periods if p.startswith("2025")} | ({"2024-H2", "2024"} & periods)


def test_explain_goes_down_to_file_and_row(demo_run):
    done = command(demo_run, "explain", "P-0055", "--year", "2025", "--json")
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    arr = next(c for c in proof["criteria"] if c["clause"] == "RESL-ARR")
    assert arr["status"] == "not_met"
    assert arr["evidence"]
    assert {"source", "entity", "file", "row", "cell"} <= set(arr["evidence"][0])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["explain", "Nobody At All", "--year", "2025"], 2, "Nobody At All"),
        (["bundle", "Nobody At All", "--year", "2025"], 2, "Nobody At All"),
        (["run", "--year", "2025", "--landing", "not-there"], 2, "landing zone"),
        (["run", "--year", "25x"], 2, "--year"),
        (["review", "--period", "2025-Q9"], 2, "2025-H1"),
        (["today", "--as-of", "soon"], 2, "2025-12-31"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_an_error_says_what_is_wrong_without_a_traceback(demo_run, arguments, code, words):
    done = command(demo_run, *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert words in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_commands_for_people_answer(demo_run, tmp_path):
    today = command(demo_run, "today", "--as-of", "2025-11-03", "--json")
    assert today.returncode == 0, today.stderr
    assert json.loads(today.stdout)["items"]
    out = command(demo_run, "export", "--to", str(tmp_path / "out"), "--format", "csv")
    assert out.returncode == 0, out.stderr
    assert (tmp_path / "out/tier_assignments.csv").exists()
    clean = demo_run.landing / "partner_activity"
    good = next(iter(sorted(clean.glob("partners*"))))
    assert command(demo_run, "check", str(good)).returncode == 0
    bad = tmp_path / "crm" / "accounts.csv"
    bad.parent.mkdir()
    bad.write_text("account_id,name,customer_since\nA1,One,yesterday\n")
    checked = command(demo_run, "check", str(bad))
    assert checked.returncode == 1
    for word in ("accounts.csv", "row 2", "yesterday", "customer_since"):
        assert word in checked.stdout


def test_a_refused_file_is_named_and_the_earlier_data_stays(tmp_path):
    landing = tmp_path / "landing"
    arrive(landing, "first")
    places = locations(landing, tmp_path / "plumbline.duckdb", tmp_path / "site", None)
    assert run_year(places, 2023).faults == ()
    with duckdb.connect(str(places.warehouse), read_only=True) as con:
        before = con.execute("from marts.dim_partners order by all").fetchall()
    assert len(before) == len(CUSTOMERS)
    (landing / "partner_activity/partners-broken.csv").write_text("partner_id,nickname\nP1,x\n")
    done = command(places, "run", "--year", "2023", "--landing", str(landing))
    assert done.returncode == 1
    assert "partners-broken.csv" in done.stderr
    with duckdb.connect(str(places.warehouse), read_only=True) as con:
        assert con.execute("from marts.dim_partners order by all").fetchall() == before
