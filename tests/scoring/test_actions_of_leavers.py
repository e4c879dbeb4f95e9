"""Whose actions exist: partners that left, that enrolled again, or whose term can't be read.

Belongs here: scoring.actions on both sides of those. Does not: kinds of action (test_actions.py).
"""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from tests.scoring.acting import items, waiting
from tests.scoring.hand_warehouse import put


@pytest.fixture
def con():
    with closing(waiting()) as built:
        yield built


LEFT = [
    # status, terminated on, day of a merger, whether it still has actions
    ("active", None, None, True),
    ("terminated", date(2025, 3, 13), None, True),  # its last day
    ("terminated", date(2025, 3, 12), None, False),
    ("terminated", None, None, False),
    ("active", None, date(2025, 3, 12), False),
    ("active", None, date(2025, 3, 13), True),
]


@pytest.mark.parametrize(("status", "terminated", "merged", "due"), LEFT)
def test_nothing_is_asked_of_a_partner_that_has_left(con, status, terminated, merged, due):
    con.execute("delete from staging.stg_reseller_reports__reports")
    row = {"partner_id": "p", "status": status, "terminated_on": terminated}
    put(con, "staging.stg_partner_activity__partners", row)
    if merged:
        row = {"partner_id": "p", "successor_id": "q", "effective_on": merged, "is_in_ring": False}
        put(con, "intermediate.int_partners__successions", row)
    assert bool(items(con, "report")) is due


def test_a_new_enrolment_starts_the_reports_again(con):
    con.execute("delete from staging.stg_reseller_reports__reports")
    again = {"partner_id": "p", "program": "reseller", "enrolled_on": date(2025, 1, 15)}
    put(con, "staging.stg_partner_activity__enrollments", again)
    assert [item.source_key.split(" ")[-1] for item in items(con, "report")] == ["2025-02"]


def test_a_term_without_a_usable_value_is_one_to_correct_and_two_are_one_to_end(con):
    term = {"period": "2025", "partner_id": "p", "parameter": "reseller.minimum_arr_usd"}
    conflict = {"conflict": True, "conflict_reason": "It is no such value."}
    put(con, "intermediate.int_policy__partner_values", term | conflict)
    put(con, "intermediate.int_policy__terms", term | {"value": "60,000"})
    (one,) = items(con, "agreement_terms")
    assert one.reason.startswith("Agreement term to correct: ")
    assert one.reason.endswith("Correct its value, and deliver the term again.")
    put(con, "intermediate.int_policy__terms", term | {"value": "70000"})
    (two,) = items(con, "agreement_terms")
    assert two.reason.startswith("Two agreement terms for ")
    assert two.reason.endswith("End one of the two terms.")
