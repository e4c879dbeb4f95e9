"""Actions agree with what the models judge: own terms, holders, people, what changes nothing.

Belongs here: scoring.actions where a rule of semantics decides whether, whose or by when.
Does not: kinds of action (test_actions.py), partners that left (test_actions_of_leavers.py).
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest

from scoring.run import write_decisions
from tests.scoring.acting import DAY, items, of_kind, own_term, register, waiting, works_at
from tests.scoring.hand_warehouse import enrol, ladder_rows, put

MONDAY = datetime(2025, 3, 3, 20)
DECEMBER = datetime(2024, 12, 20, 20)
EARLY, LATE = datetime(2024, 12, 1, 20), datetime(2025, 1, 2, 20)


@pytest.fixture
def con():
    with closing(waiting()) as built:
        yield built


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ([], date(2025, 3, 10)),
        ([7], date(2025, 3, 12)),
        ([Decimal("7.5")], date(2025, 3, 12)),
        ([9, 3], date(2025, 3, 6)),
    ],
)
def test_an_answer_is_due_by_the_partners_own_term(con, terms, due):
    """Of two terms that disagree the earlier day, so that nothing is announced too late."""
    for place, days in enumerate(terms):
        own_term(con, "deal.response_business_days", days, identifier=f"a{place}")
    register(con, MONDAY)
    assert [item.due_on for item in items(con, "registration")] == [due]


@pytest.mark.parametrize("number", [10**20, -(10**20)])
def test_an_absurd_term_leaves_the_days_within_the_calendar(con, number):
    """A typing error in one agreement must not end the run, or leave something without a day."""
    for name in ("response_business_days", "approval_days", "extension_days"):
        own_term(con, f"deal.{name}", number)
    own_term(con, "reseller.report_due_day", number)
    own_term(con, "agreements.version_grace_days", number)
    own_term(con, "technology.invitation_due", value="02-31")
    con.execute("delete from staging.stg_reseller_reports__reports")
    register(con, MONDAY)
    put(con, "staging.stg_partner_activity__agreements", {"agreement_id": "a1", "partner_id": "p"})
    invitation = {"partner_id": "p", "tier_year": 2026, "status": "invited", "decided_on": DAY}
    put(con, "staging.stg_decisions__premier_invitations", invitation)
    listed = [item for kind in ("registration", "report") for item in items(con, kind)]
    assert len(listed) >= 2 and all(item.due_on for item in listed)
    assert [item.due_on for item in items(con, "invitation")] == [date(2026, 2, 28)]


def test_a_registration_is_that_of_who_holds_it_on_the_day(con):
    spans = [("p", None, DAY), ("q", DAY, None)]
    for holder, first, last in spans:
        row = {"partner_id": "p", "holder_id": holder, "from_on": first, "to_on": last}
        put(con, "intermediate.int_partners__holders", row)
    register(con, MONDAY)
    assert [item.partner_id for item in items(con, "registration", date(2025, 3, 11))] == ["p"]
    [item] = items(con, "registration", DAY)
    assert item.partner_id == "q" and "explain q" in item.command


def test_closing_without_an_approval_is_no_answer(con):
    register(con, MONDAY, ("closed_won", datetime(2025, 3, 5, 20)))
    [item] = items(con, "registration")
    assert item.state == "overdue"
    assert "closed won on 2025-03-05 without an approval, which is not an answer." in item.reason


APPROVALS = [
    # events, own terms, the day on which the approval ends or none
    ([("approved", DECEMBER)], {"deal.approval_days": 85}, date(2025, 3, 15)),
    ([("approved", DECEMBER)], {"deal.approval_days": 30}, None),
    # What came before the approval neither extends nor closes it.
    ([("extended", EARLY), ("approved", DECEMBER)], {}, date(2025, 3, 20)),
    ([("closed_lost", EARLY), ("approved", DECEMBER)], {}, date(2025, 3, 20)),
    # Nothing follows a rejection.
    ([("rejected", EARLY), ("approved", DECEMBER)], {}, None),
    ([("approved", DECEMBER), ("extended", LATE)], {"deal.extension_days": 2}, date(2025, 3, 22)),
    (
        [("approved", DECEMBER), ("extended", LATE)],
        {"deal.extensions_allowed": 0},
        date(2025, 3, 20),
    ),
]


@pytest.mark.parametrize(("events", "terms", "ends"), APPROVALS)
def test_an_approval_ends_when_the_registration_expires(con, events, terms, ends):
    for parameter, number in terms.items():
        own_term(con, parameter, number)
    register(con, datetime(2024, 9, 1, 20), *events)
    assert [item.due_on for item in items(con, "approval")] == ([ends] if ends else [])


def test_a_report_is_due_by_the_partners_own_term(con):
    con.execute(
        "delete from staging.stg_reseller_reports__reports where report_month > '2025-01-01'"
    )
    own_term(con, "reseller.report_due_day", 25)
    assert [(item.due_on, item.overdue) for item in items(con, "report", date(2025, 3, 20))] == [
        (date(2025, 3, 25), False)
    ]


def training(con, identifier, contact, partner="p", **columns):
    row = {
        "training_id": identifier,
        "partner_id": partner,
        "contact_id": contact,
        "course": "Basics",
        "track": "sales",
        "passed": True,
        "completed_on": date(2024, 4, 1),
        "expires_on": date(2025, 4, 1),
    }
    put(con, "staging.stg_partner_activity__trainings", row | columns)


def test_a_course_lapses_for_the_partner_at_which_its_person_works(con):
    enrol(con, "q", "reseller", date(2024, 12, 10))
    works_at(con, "c1", active_to=date(2025, 1, 31))
    works_at(con, "c1", "q", active_from=date(2025, 2, 1))
    training(con, "t1", "c1")
    training(con, "t2", "nobody")
    assert [(i.partner_id, i.source_key) for i in items(con, "training")] == [("q", "t1")]


def test_a_course_that_the_same_person_renewed_elsewhere_does_not_lapse(con):
    for contact in ("c1", "c2"):
        works_at(con, contact, person="c1")
    training(con, "t1", "c1")
    assert len(items(con, "training")) == 1
    training(con, "t2", "c2", "x", completed_on=DAY, expires_on=date(2027, 1, 1))
    assert items(con, "training") == []


def test_agreements_are_those_that_the_partners_own_term_asks_for(con):
    own_term(con, "reseller.required_agreements", value="framework, developer_terms")
    for place, kind in enumerate(("developer_terms", "reseller_terms")):
        row = {"agreement_id": f"a{place}", "partner_id": "p", "agreement_type": kind}
        days = {"executed_on": date(2024, 12, 1), "ended_on": date(2025, 4, 30)}
        put(con, "staging.stg_partner_activity__agreements", row | {"version": "2023.1"} | days)
    assert [item.source_key for item in items(con, "agreement")] == ["a0"]


def waiver(con, identifier, first, last, **columns):
    row = {
        "waiver_id": identifier,
        "partner_id": "p",
        "program": " Reseller",
        "requirement": "RESL-PLAN",
        "valid_from": first,
        "valid_to": last,
        "granted_by": "Lee",
        "reason": "Moving",
    }
    put(con, "staging.stg_decisions__waivers", row | columns)


@pytest.mark.parametrize(
    ("follows_on", "ends"), [(date(2025, 4, 1), []), (date(2025, 4, 2), ["w1"])]
)
def test_a_waiver_that_another_carries_on_does_not_end(con, follows_on, ends):
    waiver(con, "w1", date(2025, 1, 1), date(2025, 3, 31))
    [item] = items(con, "waiver")
    assert item.clause == "RESL-PLAN"
    waiver(con, "w2", follows_on, date(2025, 12, 31))
    assert [item.source_key for item in items(con, "waiver")] == ends


def test_a_waiver_in_a_program_that_the_partner_left_is_not_renewed(con):
    waiver(con, "w1", date(2025, 1, 1), date(2025, 3, 31), program="services")
    assert items(con, "waiver") == []


def test_rows_that_something_later_put_right_are_no_work(con):
    deliveries = [("d1", "lines.csv", 1), ("d2", "accounts.csv", 1)]
    deliveries += [("d3", "accounts-mend-d2-_none.csv", 5)]
    deliveries += [("1f", "signals-1.json", 1), ("d5", "signals-31.json", 5)]
    for identifier, file, day in deliveries:
        row = {"delivery_id": identifier, "source": "x", "entity": "y", "file": file}
        when = {"received_at": datetime(2025, 3, day, 20), "status": "accepted"}
        put(con, "landing.deliveries", row | when)
    for identifier, number in (("d1", 2), ("d1", 3), ("d2", 2), ("1f", 2)):
        row = {"delivery_id": identifier, "row": number, "message": f"row {number} is wrong"}
        put(con, "landing.quarantine", row)
    for number, right in ((2, datetime(2025, 3, 4, 20)), (3, None)):
        row = {"_delivery_id": "d1", "_row": number, "put_right_at": right}
        put(con, "landing.unread_rows", row)
    before = items(con, "quarantine", date(2025, 3, 3))
    assert sorted(item.reason.count("2 faults") for item in before) == [0, 0, 1]
    [left] = items(con, "quarantine")
    assert "1 fault; the first: row 3 is wrong." in left.reason


def test_a_tier_that_was_closed_is_not_left_to_determine(con):
    enrol(con, "q", "technology", date(2023, 1, 1))
    facts = {"listed_apps": 1, "average_monthly_active_customers": "no_evidence"}
    ladder_rows(con, 2025, "q", facts)
    write_decisions(con)
    assert len(of_kind(con, "undetermined_tier")) == 1
    con.execute("update decisions.tier_assignments set closed_on = $1", [DAY])
    assert of_kind(con, "undetermined_tier") == []
