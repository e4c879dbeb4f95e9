"""The demonstration's resellers in doubt come out as their cases say.

Belongs here: figures, answers and findings of `ingest/demo/doubt_cases.py` after a run.
Does not: what is in the files (tests/ingest/test_demo_cases.py).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from ingest.demo.cases import cases
from ingest.demo.files import Landing
from ingest.demo.world import World
from scoring.explain import explain
from scoring.rows import fetch
from tests.conftest import DEMO_YEAR

ARR = "from marts.fct_requirement_results where period = '2025' and metric = 'arr_usd'"
# case, answer of the minimum, ARR, ARR without the lines in doubt, what its reason says
OUTCOMES = [
    ("currency-withdrawn", "met", "166840", None, ""),
    ("currency-stale", "no_evidence", None, None, "No USD rate for line L-001 of 2025-03 (RUB"),
    ("shared-subscription-1", "needs_review", "110000", "60000", "another partner reports"),
    ("shared-subscription-2", "needs_review", "110000", "60000", "another partner reports"),
    ("line-unread", "needs_review", "85000", None, 'amount "20.0.00" (rule money)'),
    ("line-mended", "met", "105000", None, ""),
    ("chain-last", "met", "120000", None, ""),
]
FINDINGS = [
    ("currency-stale", "stale_rate"),
    ("shared-subscription-1", "subscription_at_two_partners"),
    ("shared-subscription-2", "subscription_at_two_partners"),
    ("line-slips", "unknown_product"),
    ("line-slips", "whole_ended_by_part"),
    ("line-slips", "ids_alike"),
    ("line-slips", "subscription_of_two_customers"),
    ("ring-first", "succession_ring"),
]


@cache
def partner(case: str) -> str:
    """The id of a case's partner: the special partners come first, in their order."""
    world = World(DEMO_YEAR, 0, Landing.__new__(Landing), 0)
    return f"P-{[each.slug for each in cases(world)].index(case) + 1:04d}"


@pytest.mark.parametrize(("case", "status", "value", "other", "says"), OUTCOMES)
def test_the_minimum_comes_out_as_the_case_says(demo_con, case, status, value, other, says):
    (row,) = fetch(demo_con, f"{ARR} and partner_id = $partner", partner=partner(case))
    assert row["status"] == status and says in row["reason"]
    assert (row["value"], row["other_value"]) == tuple(
        None if text is None else Decimal(text) for text in (value, other)
    )


@pytest.mark.parametrize(("case", "finding"), FINDINGS)
def test_a_slip_is_a_finding(demo_con, case, finding):
    findings = fetch(
        demo_con,
        "from marts.fct_findings where finding = $finding"
        " and (key = $partner or starts_with(key, $partner || '/'))",
        finding=finding,
        partner=partner(case),
    )
    assert findings


def test_an_unread_line_is_named_by_explain_and_goes_with_its_mending(demo_con):
    proof = explain(demo_con, partner("line-unread"), DEMO_YEAR)
    (arr,) = [each for each in proof.criteria if each.metric == "arr_usd"]
    (row,) = arr.unread
    assert row.decides and "subscription_lines-2025-09.csv, row" in row.sentence
    assert "'20.0.00'" in row.sentence and "(rule money)" in row.sentence
    mended = explain(demo_con, partner("line-mended"), DEMO_YEAR)
    assert not any(each.unread for each in mended.criteria)


def test_an_acquired_partner_of_a_chain_has_no_row_and_keeps_what_it_booked(demo_con):
    for case, booked in (("chain-first", 30_000), ("chain-second", 40_000)):
        revenue = fetch(
            demo_con,
            "select arr_usd, booked_arr_usd from marts.fct_arr_by_partner_year"
            " where partner_id = $partner and year = 2025",
            partner=partner(case),
        )
        assert revenue == [{"arr_usd": 0, "booked_arr_usd": booked}]
        judged = fetch(
            demo_con,
            "from marts.fct_program_compliance where partner_id = $partner and period = '2025'",
            partner=partner(case),
        )
        assert judged == []


# How the case's lines differ from an ordinary one: type, first day, ARR, whether it ever counts.
ENDS = [
    ("contraction", "2025-03-01", "-24000", True),
    ("contraction", "2025-04-01", "-3000", True),
    ("contraction", "2025-08-01", "-8314.4", True),  # -8,000 euros at the rate of February 1
    ("new", "2025-01-10", "18600", True),  # a stub of 22 days in a month of 31
    ("new", "2025-05-01", "6600", False),  # cancelled on its first day
    ("renewal", "2025-07-01", "9000", False),  # taken back
]


@pytest.mark.parametrize(("kind", "start", "arr", "counts"), ENDS)
def test_what_ends_and_prices_the_lines_of_the_case(demo_con, kind, start, arr, counts):
    lines = fetch(
        demo_con,
        "select counts_from is not null as counts from intermediate.int_arr__lines"
        " where partner_id = $partner and line_type = $kind and arr_usd = $arr"
        " and term_start = cast($start as date)",
        partner=partner("line-ends"),
        kind=kind,
        arr=Decimal(arr),
        start=start,
    )
    assert lines == [{"counts": counts}]


@pytest.mark.parametrize(
    ("case", "value", "count"),
    [("seen-by-the-close", 40_000, 1), ("seen-after-the-close", 0, 0)],
)
def test_only_what_was_seen_by_the_close_may_have_influenced(demo_con, case, value, count):
    (row,) = fetch(
        demo_con,
        "from marts.fct_partner_influence where partner_id = $partner"
        " and measure = 'influenced_revenue_usd'",
        partner=partner(case),
    )
    assert (row["value"], row["count"]) == (value, count)
