"""What waits for a person: each kind of action on both sides of what makes it one.

Belongs here: scoring.actions over a warehouse by hand, on one fixed day.
Does not: the checks of a registration or the tiers themselves, lists and pages of a day.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime

import pytest

from scoring.actions.table import actions
from tests.scoring.acting import DAY, items, register, waiting, works_at
from tests.scoring.hand_warehouse import put


@pytest.fixture
def con():
    with closing(waiting()) as built:
        yield built


def test_a_day_without_anything_is_empty(con):
    assert actions(con, DAY).is_empty()


REGISTERED = [
    # submitted (UTC), events, expected (due, overdue) or none
    # 23:30 of Monday the 10th in the program's zone: the fifth business day after is Monday
    (datetime(2025, 3, 11, 6, 30), [], (date(2025, 3, 17), False)),
    (datetime(2025, 3, 3, 20), [], (date(2025, 3, 10), True)),  # a week ago
    (datetime(2025, 3, 3, 20), [("approved", datetime(2025, 3, 5, 20))], None),
    (datetime(2025, 3, 3, 20), [("rejected", datetime(2025, 3, 5, 20))], None),
    (datetime(2025, 3, 3, 20), [("withdrawn", datetime(2025, 3, 5, 20))], None),
    # a return is not an answer, and an approval after the day is not known on it
    (datetime(2025, 3, 3, 20), [("returned", datetime(2025, 3, 5, 20))], (date(2025, 3, 10), True)),
    (
        datetime(2025, 3, 3, 20),
        [("approved", datetime(2025, 3, 14, 20))],
        (date(2025, 3, 10), True),
    ),
    (datetime(2025, 3, 14, 20), [], None),  # submitted later
]


@pytest.mark.parametrize(("submitted", "events", "expected"), REGISTERED)
def test_registrations_to_answer(con, submitted, events, expected):
    register(con, submitted, *events)
    listed_actions = items(con, "registration")
    assert [(item.due_on, item.overdue) for item in listed_actions] == (
        [expected] if expected else []
    )
    assert all(item.clause == "DEAL-RESPONSE" for item in listed_actions)


def test_a_registration_says_why_its_checks_recommend_what_they_do(con):
    register(con, datetime(2025, 3, 3, 20))
    put(
        con,
        "marts.fct_deal_registrations",
        {"registration_id": "g1", "recommendation": "reject", "reasons": ["DEAL-FORM"]},
    )
    checks = [("DEAL-FORM", "fail", "not through the form"), ("DEAL-REGISTER", "pass", "enrolled")]
    for clause, result, detail in checks:
        row = {"registration_id": "g1", "clause": clause, "result": result, "detail": detail}
        put(con, "intermediate.int_deals__checks", row)
    [listed] = items(con, "registration")
    assert "The checks recommend: reject (not through the form). Approve" in listed.reason


LONG_BEFORE = datetime(2024, 11, 1, 20)
APPROVED = [
    # approved (UTC), later events, the day on which the approval ends or none
    (datetime(2024, 12, 20, 20), [], date(2025, 3, 20)),  # 90 days on, within 14 days
    (datetime(2024, 12, 26, 20), [], date(2025, 3, 26)),  # the last day of the horizon
    (datetime(2024, 12, 27, 20), [], None),  # one day beyond it
    (datetime(2024, 12, 12, 20), [], date(2025, 3, 12)),  # ends today: closing today counts
    (datetime(2024, 12, 11, 20), [], None),  # ended yesterday
    (datetime(2024, 12, 20, 20), [("closed_won", datetime(2025, 2, 1, 20))], None),
    # extended in time: moves the end beyond the horizon
    (datetime(2024, 12, 20, 20), [("extended", datetime(2025, 2, 1, 20))], None),
    # approved long ago, asked for in time and granted after the first end
    (
        datetime(2024, 9, 20, 19),
        [
            ("extension_requested", datetime(2024, 12, 10, 20)),
            ("extended", datetime(2024, 12, 21, 20)),
        ],
        date(2025, 3, 19),
    ),
]


@pytest.mark.parametrize(("approved", "later", "ends"), APPROVED)
def test_approvals_that_end(con, approved, later, ends):
    register(con, datetime(2024, 9, 1, 20), ("approved", approved), *later)
    assert [item.due_on for item in items(con, "approval")] == ([ends] if ends else [])


EXTENSIONS = [
    # events, due or none: two business days after Tuesday the 11th
    ([("extension_requested", datetime(2025, 3, 11, 20))], date(2025, 3, 13)),
    (
        [
            ("extension_requested", datetime(2025, 3, 11, 20)),
            ("extension_refused", datetime(2025, 3, 12, 1)),
        ],
        None,
    ),
    (
        [
            ("extended", datetime(2025, 1, 11, 20)),  # an earlier one answers nothing
            ("extension_requested", datetime(2025, 3, 11, 20)),
        ],
        date(2025, 3, 13),
    ),
]


@pytest.mark.parametrize(("events", "due"), EXTENSIONS)
def test_extensions_to_answer(con, events, due):
    register(con, LONG_BEFORE, ("approved", datetime(2024, 12, 27, 20)), *events)
    assert [item.due_on for item in items(con, "extension")] == ([due] if due else [])


REPORTS = [
    # day, months requested with their due day; enrolled on 2024-12-10, February's is missing
    (date(2025, 2, 27), []),  # due on March 15: 16 days ahead
    (date(2025, 2, 28), [("2025-02", date(2025, 3, 15), False)]),
    (date(2025, 3, 15), [("2025-02", date(2025, 3, 15), False)]),  # due today, not yet overdue
    (date(2025, 3, 16), [("2025-02", date(2025, 3, 15), True)]),
]


@pytest.mark.parametrize(("day", "expected"), REPORTS)
def test_reports_due_and_overdue(con, day, expected):
    con.execute(
        "delete from staging.stg_reseller_reports__reports where report_month > '2025-01-01'"
    )
    con.execute("update staging.stg_reseller_reports__reports set received_on = '2025-02-01'")
    reports = [
        (item.source_key.split(" ")[-1], item.due_on, item.overdue)
        for item in items(con, "report", day)
    ]
    assert reports == expected


def test_a_month_not_wholly_enrolled_is_not_asked_for(con):
    # December 2024 began before the enrolment, and nothing of it was reported.
    assert items(con, "report") == []


TRAININGS = [
    # track, passed, expires, listed
    ("sales", True, date(2025, 4, 1), True),
    ("sales", True, date(2025, 5, 11), True),  # the last day of the 60
    ("sales", True, date(2025, 5, 12), False),
    ("sales", True, date(2025, 3, 11), False),  # lapsed yesterday
    ("sales", False, date(2025, 4, 1), False),  # never counted
    ("other", True, date(2025, 4, 1), False),  # no program counts it
    ("services_certification", True, date(2025, 4, 1), False),  # not one of p's programs
]


@pytest.mark.parametrize(("track", "passed", "expires", "listed"), TRAININGS)
def test_trainings_that_lapse(con, track, passed, expires, listed):
    works_at(con, "c1")
    row = {
        "training_id": "t1",
        "partner_id": "p",
        "contact_id": "c1",
        "course": "Basics",
        "track": track,
        "passed": passed,
        "completed_on": date(2024, 4, 1),
        "expires_on": expires,
    }
    put(con, "staging.stg_partner_activity__trainings", row)
    listed_actions = items(con, "training")
    assert [item.clause for item in listed_actions] == (["RESL-TRAINING"] if listed else [])
    # Taken again without success changes nothing.
    failed = row | {"training_id": "t3", "completed_on": DAY, "expires_on": None, "passed": False}
    put(con, "staging.stg_partner_activity__trainings", failed)
    assert len(items(con, "training")) == int(listed)
    # The same course taken again outlasts it, so nothing lapses.
    renewed = row | {"training_id": "t2", "completed_on": DAY, "expires_on": date(2027, 1, 1)}
    put(con, "staging.stg_partner_activity__trainings", renewed)
    assert items(con, "training") == []


def agreement(con, identifier, **columns):
    row = {
        "agreement_id": identifier,
        "partner_id": "p",
        "agreement_type": "framework",
        "version": "2023.1",
        "executed_on": date(2024, 12, 1),
        **columns,
    }
    put(con, "staging.stg_partner_activity__agreements", row)


def test_agreements_that_end(con):
    agreement(con, "a1", ended_on=date(2025, 4, 30))
    agreement(con, "a2", ended_on=date(2025, 4, 30), agreement_type="developer_terms")  # not asked
    assert [item.source_key for item in items(con, "agreement")] == ["a1"]
    agreement(con, "a3")  # runs on
    assert items(con, "agreement") == []


def test_agreement_versions_whose_grace_ends(con):
    agreement(con, "a1")
    # 2025.1 is in force from July 1 and asked for 90 days later, on September 29.
    assert items(con, "agreement_version", date(2025, 7, 30)) == []
    (item,) = items(con, "agreement_version", date(2025, 7, 31))
    assert (item.source_key, item.due_on) == ("framework 2025.1", date(2025, 9, 29))
    agreement(con, "a2", version="2025.1", executed_on=date(2025, 7, 2))
    assert items(con, "agreement_version", date(2025, 7, 31)) == []


WAIVERS = [
    # requirement, valid_to, clause or none
    ("RESL-FORECAST", date(2025, 4, 11), "RESL-REPORTS"),  # a requirement, by its clause
    ("RESL-FORECAST", date(2025, 4, 12), None),  # one day beyond the horizon
    ("bidirectional_flow", date(2025, 3, 12), "TIER-BIDIRECTIONAL"),  # a criterion; ends today
]


@pytest.mark.parametrize(("requirement", "valid_to", "clause"), WAIVERS)
def test_waivers_that_end(con, requirement, valid_to, clause):
    row = {
        "waiver_id": "w1",
        "partner_id": "p",
        "program": "reseller",
        "requirement": requirement,
        "valid_from": date(2025, 1, 1),
        "valid_to": valid_to,
        "granted_by": "Lee",
        "reason": "Moving",
    }
    put(con, "staging.stg_decisions__waivers", row)
    assert [item.clause for item in items(con, "waiver")] == ([clause] if clause else [])


CASES = [
    # outcome, opened, closed, open on the day
    ("open", date(2025, 3, 1), None, True),
    ("upheld", date(2025, 3, 1), date(2025, 3, 20), True),  # decided later
    ("upheld", date(2025, 3, 1), date(2025, 3, 12), False),
    ("dismissed", date(2025, 3, 1), None, False),  # decided, though without a day
    ("open", date(2025, 3, 13), None, False),  # not opened yet
]


@pytest.mark.parametrize(("outcome", "opened", "closed", "is_open"), CASES)
def test_cases_open(con, outcome, opened, closed, is_open):
    row = {
        "case_id": "c1",
        "partner_id": "p",
        "severity": "minor",
        "outcome": outcome,
        "opened_on": opened,
        "closed_on": closed,
    }
    put(con, "staging.stg_partner_activity__conduct_cases", row)
    assert [item.clause for item in items(con, "case")] == (["RESL-STANDING"] if is_open else [])


INVITATIONS = [
    # tier year, status, day, asked for
    (2026, "invited", date(2026, 1, 31), True),  # the last day
    (2026, "invited", date(2026, 2, 1), False),  # gone
    (2026, "accepted", date(2026, 1, 10), False),
]


@pytest.mark.parametrize(("tier_year", "status", "day", "due"), INVITATIONS)
def test_invitations_unanswered(con, tier_year, status, day, due):
    row = {
        "partner_id": "p",
        "tier_year": tier_year,
        "status": status,
        "decided_on": date(2025, 12, 1),
        "decided_by": "Lee",
    }
    put(con, "staging.stg_decisions__premier_invitations", row)
    listed_actions = items(con, "invitation", day)
    assert [item.due_on for item in listed_actions] == ([date(2026, 1, 31)] if due else [])
