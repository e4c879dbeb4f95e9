"""The example program of four levels, through the pipeline: cases, proofs, bundles, publication.

Belongs here: what follows by itself from metrics as data and a ladder's rhythm. Does not: the
example's rules and cases (docs/examples/four_levels).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboards.data import Tables
from dashboards.pages.tier_steps import step_sections, steps_table
from orchestration.cases import runner
from orchestration.dbt import run_dbt
from scoring.bundle.write import write_bundle
from scoring.explain import explain
from scoring.ledger.decided import decision_records
from scoring.policy.case_run import WAREHOUSE, compare, evaluate
from scoring.policy.cases import load_cases
from scoring.policy.coverage import coverage_of
from scoring.policy.load import load_policy
from scoring.published import PUBLISHED, TIER_STEPS
from scoring.published_frames import schema_of
from scoring.run import Published, decide

# Rows behind figures, about which cases expect nothing.
EVIDENCE = ("int_apps__evidence", "int_metrics__evidence", "int_policy__assumed")
EXAMPLE = Path(__file__).parents[3] / "docs/examples/four_levels"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("levels")
    evaluate(load_cases(EXAMPLE), runner(load_policy(EXAMPLE)), folder)
    run_dbt(folder / "whole" / WAREHOUSE, ["run", "--select", *EVIDENCE])
    with duckdb.connect(str(folder / "whole" / WAREHOUSE)) as con:
        # Cases build what they expect; a proof looks at more, of which there is nothing here.
        for table in PUBLISHED:
            con.execute(table.ddl.replace("or replace table", "table if not exists"))
    return folder


@pytest.fixture
def con(work):
    with duckdb.connect(str(work / "whole" / WAREHOUSE), read_only=True) as con:
        yield con


def test_every_case_holds_and_every_clause_is_covered(work):
    differences = compare(load_cases(EXAMPLE), work)
    assert "\n".join(str(d) for d in differences) == ""
    assert coverage_of(EXAMPLE).problems == ()


def test_there_is_no_sql_and_no_python_in_it():
    assert {path.suffix for path in EXAMPLE.rglob("*") if path.is_file()} == {".yaml"}


def test_a_bundle_figures_the_same_from_the_partners_rows(con, tmp_path):
    for partner in ("silver-exactly", "down-at-the-review", "renewals-add-none", "gold-missed"):
        summary = write_bundle(con, partner, 2025, tmp_path / f"{partner}.duckdb")
        with duckdb.connect(str(summary.file), read_only=True) as bundle:
            assert bundle.execute("from differences").fetchall() == [], partner
            rows = bundle.execute(
                "select count(*) from recomputed_metrics where metric = 'net_users'"
                " and value is not null"
            ).fetchone()
        assert rows and rows[0] > 0


def test_the_proof_names_clause_parameter_and_the_rows_that_decide(con):
    proof = explain(con, "gold-missed", 2025)
    users = next(c for c in proof.criteria if (c.id, c.tier) == ("users", "gold"))
    assert (users.value, users.threshold, users.clause) == (299, 300, "LEVEL-USERS")
    assert {row.entity for row in users.evidence} == {"subscription_lines"}
    assert all(row.file and row.row for row in users.evidence)
    assert users.threshold_rule is not None
    assert users.threshold_rule.parameter == "levels.gold_users"
    # The rows that left are those that would have been enough.
    assert any("Dorna" in (row.detail or "") for row in users.pivot)


def test_a_review_publishes_its_steps_and_later_ones_go_on_from_them(con):
    computed = decide(con)
    records = decision_records(con, computed, "2025-Q2")
    steps = [record for record in records if record["table"] == TIER_STEPS.name]
    # The months since the review before are published with it.
    assert {record["row"]["period"] for record in steps} == {"2025-M04", "2025-M05", "2025-Q2"}
    assert all(record["criteria"] and record["evidence_digest"] for record in steps)
    rows = [record["row"] for record in steps]
    final = pl.DataFrame(rows, schema=schema_of(TIER_STEPS), orient="row").with_columns(
        tier=pl.when(pl.col("partner_id") == "silver-exactly")
        .then(pl.lit("gold"))
        .otherwise("tier")
    )
    again = decide(con, Published(tier_steps=final)).steps
    theirs = again.filter(partner_id="silver-exactly").rows_by_key(
        "period", named=True, unique=True
    )
    assert (theirs["2025-M05"]["tier"], theirs["2025-M07"]["tier"]) == ("gold", "gold")
    assert (theirs["2025-Q3"]["tier"], theirs["2025-Q3"]["movement"]) == ("silver", "down")


def test_pages_show_each_move_and_who_made_it(con):
    tables = Tables(con)
    (section,) = step_sections(tables)
    words = str(section.words[0])
    assert "2025-M04" in words and "2025-Q4" in words
    table = steps_table(tables, "down-at-the-review")
    assert table is not None
    assert [str(row[0]) for row in table.rows[:3]] == ["2025-Q4", "2025-Q3", "2025-Q2"]
