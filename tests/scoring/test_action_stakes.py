"""What is at stake with an action: ARR that is known, that is none, and that nothing shows.

Belongs here: the worth of an action. Does not: which actions there are (test_actions.py).
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime

import pytest

from tests.scoring.acting import items, register, waiting
from tests.scoring.hand_warehouse import put, results


@pytest.fixture
def con():
    with closing(waiting()) as built:
        yield built


@pytest.mark.parametrize(("status", "worth"), [("no_evidence", None), ("not_met", 0)])
def test_arr_that_lacks_evidence_is_not_worth_nothing(con, status, worth):
    register(con, datetime(2025, 3, 3, 20))
    results(con, "2024", "p", "reseller", [("RESL-ARR", status, None if worth is None else 0)])
    [listed] = items(con, "registration")
    assert listed.arr_usd == worth


def test_arr_that_is_known_by_now_counts_whatever_the_year_before_lacked(con):
    register(con, datetime(2025, 3, 3, 20))
    results(con, "2024", "p", "reseller", [("RESL-ARR", "no_evidence", None)])
    month = {"partner_id": "p", "month": date(2025, 2, 1), "arr_usd": 500}
    put(con, "marts.fct_arr_by_partner_month", month)
    [listed] = items(con, "registration")
    assert listed.arr_usd == 500
