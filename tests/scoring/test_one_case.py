"""The proof of one deal, listing or referral: what the models wrote, with its rule and its row.

Belongs here: scoring.one_case over the demonstration run. Does not: whether a check is right.
"""

from __future__ import annotations

import json
import shutil
from datetime import date

import duckdb
import pytest
from rich.console import Console

from orchestration.cli.drawing.proof import draw_proof
from scoring.explain import NothingToExplainError
from scoring.one_case import KINDS, explain_single
from tests.conftest import DEMO_YEAR

EVERY = 4
CLOCKS = {"response", "approval", "use"}
PUBLISHED = {
    "deal": "select registration_id, reasons from marts.fct_deal_registrations",
    "listing": """select app_id, reasons from marts.fct_listings
        union all select partner_id, reasons from marts.fct_service_listings""",
    "referral": "select referral_id, reasons from marts.fct_referrals",
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_its_reasons_are_the_clauses_that_fail_and_each_has_its_row(demo_con, kind):
    owners = dict(demo_con.execute(KINDS[kind].owned).fetchall())
    reasons = dict(demo_con.execute(PUBLISHED[kind]).fetchall())
    files = {f for (f,) in demo_con.execute("select file from landing.deliveries").fetchall()}
    # Every one with a reason, and every fourth of the others.
    tried = [id for id in sorted(reasons) if reasons[id]] + sorted(reasons)[::EVERY]
    assert len(tried) > 10
    for id in tried:
        proof = explain_single(demo_con, owners[id], DEMO_YEAR, kind, id)
        checks = [each for each in proof.criteria if each.metric not in CLOCKS]
        worst = {each.status for each in checks}
        counts = "not_met" if "not_met" in worst else "needs_review"
        assert sorted({c.clause for c in checks if c.status == counts}) == sorted(reasons[id]), id
        assert all(each.clause_text and each.document for each in proof.criteria)
        assert {row.file for each in checks for row in each.evidence} <= files
        assert all(each.evidence for each in checks if each.status == "met")
        assert all((each.change is None) == (each.status == "met") for each in checks)


def test_a_blocked_deal_names_the_row_that_blocks_it_and_what_else_would_have_been(demo_con):
    partner, id, rival = demo_con.execute(
        """select partner_id, registration_id, blocked_by from marts.fct_deal_registrations
        where blocked_by is not null and len(reasons) = 1 order by 2 limit 1"""
    ).fetchone()
    proof = explain_single(demo_con, partner, DEMO_YEAR, "deal", id)
    [taken] = [each for each in proof.criteria if each.status == "not_met"]
    place = demo_con.execute(
        "select _file, _row from staging.stg_deal_registration__registrations "
        "where registration_id = ?",
        [rival],
    ).fetchone()
    assert [(row.file, row.row) for row in taken.pivot] == [place]
    assert taken.change == "had this passed, approve would be recommended"


def test_thresholds_carry_value_dates_source_and_document(demo_con):
    partner, id = demo_con.execute(
        """select partner_id, registration_id from marts.fct_deal_registrations
        where responded_late and state = 'expired' order by 2 limit 1"""
    ).fetchone()
    proof = explain_single(demo_con, partner, DEMO_YEAR, "deal", id)
    late = next(each for each in proof.criteria if each.metric == "response")
    assert (late.status, late.threshold, late.threshold_source) == ("not_met", 5, "policy")
    assert late.value > late.threshold
    rule = late.threshold_rule
    assert (rule.parameter, rule.value) == ("deal.response_business_days", "5")
    assert rule.effective_from == date(2000, 1, 1) and rule.document and rule.section
    expired = next(each for each in proof.criteria if each.metric == "approval")
    assert expired.status == "not_met" and "closing" in expired.change


def test_each_clock_says_what_its_figures_say(demo_con):
    """An extension adds to the limit, and an answer on a day off is later than the day before."""
    deals = demo_con.execute(
        "select partner_id, registration_id, responded_late from marts.fct_deal_registrations "
        "order by 2"
    ).fetchall()
    extended = 0
    for partner, id, late in deals:
        proof = explain_single(demo_con, partner, DEMO_YEAR, "deal", id)
        clocks = {each.metric: each for each in proof.criteria if each.metric in CLOCKS}
        for each in clocks.values():
            if each.value is not None:
                assert (each.status == "met") == (each.value <= each.threshold), (id, each)
        assert (clocks["response"].status == "not_met") == late
        if "approval" in clocks and ", extended, good until" in clocks["approval"].sentence:
            assert clocks["approval"].threshold == 180
            extended += 1
    assert extended > 10


def test_a_clock_runs_by_the_terms_of_who_submitted_the_deal(demo_run, tmp_path):
    copy = tmp_path / "plumbline.duckdb"
    shutil.copyfile(demo_run.serving, copy)
    with duckdb.connect(str(copy)) as con:
        id, holder = con.execute(
            "select registration_id, holder_id from intermediate.int_deals__registrations "
            "where partner_id <> holder_id order by 1 limit 1"
        ).fetchone()
        # Each partner has a term of its own.
        con.execute(
            """create or replace view intermediate.int_policy__term_spans as
            select partner_id, 'deal.response_business_days' as parameter,
                'A-' || partner_id as agreement_id, date '2000-01-01' as from_on,
                cast(null as date) as to_on, true as is_of_kind, '7' as value,
                cast(7 as decimal(38, 4)) as number
            from marts.dim_partners"""
        )
        proof = explain_single(con, holder, DEMO_YEAR, "deal", id)
        submitter = con.execute(
            "select partner_id from intermediate.int_deals__registrations "
            "where registration_id = ?",
            [id],
        ).fetchone()
    [clock] = [each for each in proof.criteria if each.metric == "response"]
    assert (clock.threshold, clock.threshold_source) == (7, f"A-{submitter[0]}")


def test_its_json_has_the_published_shape_and_its_text_the_sentence(demo_con):
    proof = explain_single(demo_con, "P-0094", DEMO_YEAR, "referral", "R-0003")
    shown = json.loads(json.dumps(proof.to_json()))
    assert list(shown) == ["decision", "criteria"]
    assert list(shown["criteria"][0])[:8] == [
        "id",
        "status",
        "value",
        "comparator",
        "threshold",
        "threshold_source",
        "clause",
        "evidence",
    ]
    console = Console(width=200, force_terminal=False)
    with console.capture() as capture:
        draw_proof(console, proof, {})
    assert "no commission is due (REFR-SUBMISSION)" in capture.get()
    assert "passing this alone: it is all that is missing" in capture.get()


WRONG = [
    ("deal", "P-0094", "REG-9999", "no deal registration REG-9999 is known"),
    ("referral", "P-0001", "R-0003", "R-0003 belongs to P-0094; P-0001"),
    ("listing", "P-0094", "'; drop table x", "no listing '; drop table x"),
]


@pytest.mark.parametrize(("kind", "partner", "id", "words"), WRONG)
def test_what_is_not_there_is_said(demo_con, kind, partner, id, words):
    with pytest.raises(NothingToExplainError, match=words):
        explain_single(demo_con, partner, DEMO_YEAR, kind, id)


def test_another_year_is_no_answer(demo_con):
    with pytest.raises(NothingToExplainError, match="as of 2025-12-31"):
        explain_single(demo_con, "P-0094", DEMO_YEAR - 1, "referral", "R-0003")
