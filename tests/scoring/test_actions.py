"""What waits for a person: each kind of action on both sides of what makes it one.

Belongs here: scoring.actions over a warehouse by hand, on one fixed day.
Does not: the checks of a registration or the tiers themselves, lists and pages of a day.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from scoring.actions import actions
from scoring.actions.owners import land_defaults
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, warehouse

DAY = date(2025, 3, 12)  # a Wednesday
REGISTRATIONS = "staging.stg_deal_registration__registrations"
EVENTS = "staging.stg_deal_registration__registration_events"


@pytest.fixture
def con():
    built = warehouse()
    enrol(built, "p", "reseller", date(2024, 12, 10), "Partner")
    write_decisions(built)
    # Every month that is due by the day and wholly enrolled has its report, so that no other
    # test sees one.
    for month in (date(2025, 1, 1), date(2025, 2, 1)):
        report(built, month, date(2025, 3, 1))
    yield built
    built.close()


def report(con, month, received_on):
    row = {"partner_id": "p", "report_month": month, "received_on": received_on}
    put(con, "staging.stg_reseller_reports__reports", row)


def register(con, submitted_at, *events):
    put(
        con,
        REGISTRATIONS,
        {
            "registration_id": "g1",
            "partner_id": "p",
            "customer_name": "Customer",
            "submitted_at": submitted_at,
        },
    )
    for event, moment in events:
        row = {"registration_id": "g1", "event": event, "occurred_at": moment}
        put(con, EVENTS, row)


def of_kind(con, kind, as_of=DAY):
    """The day's actions of a kind, done ones too."""
    rows = actions(con, as_of).filter(kind=kind).sort("due_on").to_dicts()
    return [SimpleNamespace(**row, overdue=row["state"] == "overdue") for row in rows]


def items(con, kind, as_of=DAY):
    """Those of them that are still to do."""
    return [item for item in of_kind(con, kind, as_of) if item.state != "done"]


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
    # a return is no answer, and an approval after the day is not known to it
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
    found = items(con, "registration")
    assert [(item.due_on, item.overdue) for item in found] == ([expected] if expected else [])
    assert all(item.clause == "DEAL-RESPONSE" for item in found)


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
    # day, months asked for with their due day; enrolled on 2024-12-10, February's is missing
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
    found = [
        (item.source_key.split(" ")[-1], item.due_on, item.overdue)
        for item in items(con, "report", day)
    ]
    assert found == expected


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
    found = items(con, "training")
    assert [item.clause for item in found] == (["RESL-TRAINING"] if listed else [])
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


@pytest.mark.parametrize(("tier_year", "status", "day", "asked"), INVITATIONS)
def test_invitations_unanswered(con, tier_year, status, day, asked):
    row = {
        "partner_id": "p",
        "tier_year": tier_year,
        "status": status,
        "decided_on": date(2025, 12, 1),
        "decided_by": "Lee",
    }
    put(con, "staging.stg_decisions__premier_invitations", row)
    found = items(con, "invitation", day)
    assert [item.due_on for item in found] == ([date(2026, 1, 31)] if asked else [])


def deliver(con, identifier, received_at, status="accepted"):
    put(
        con,
        "landing.deliveries",
        {
            "delivery_id": identifier,
            "source": "crm",
            "entity": "accounts",
            "file": "crm/accounts.csv",
            "received_at": received_at,
            "status": status,
        },
    )


def test_quarantine_until_the_file_comes_again(con):
    deliver(con, "d1", datetime(2025, 3, 1, 12))
    for row in (7, 3):
        fault = {"delivery_id": "d1", "row": row, "message": f"row {row} has no name"}
        put(con, "landing.quarantine", fault)
    (item,) = items(con, "quarantine")
    assert "2 faults; the first: row 3 has no name." in item.reason
    # Ten days after its receipt, on the day before.
    assert (item.due_on, item.overdue, item.partner_id) == (date(2025, 3, 11), True, None)
    deliver(con, "d2", datetime(2025, 3, 2, 12))
    assert items(con, "quarantine") == []


def test_undetermined_tiers_of_the_latest_year(con):
    enrol(con, "q", "technology", date(2023, 1, 1))
    enrol(con, "sure", "technology", date(2023, 1, 1))
    ladder_rows(con, 2025, "sure", {"listed_apps": 1})
    for year in (2024, 2025):
        facts = {"listed_apps": 1, "average_monthly_active_customers": "no_evidence"}
        ladder_rows(con, year, "q", facts | {"bidirectional_flow": Decimal(1)})
    write_decisions(con)
    (item,) = items(con, "undetermined_tier")
    assert (item.partner_id, item.source_key) == ("q", "2026 q")
    assert "Between Foundation and Select." in item.reason
    assert "usage events" in item.reason
    assert item.due_on == date(2026, 1, 31)


ANSWERED = [
    # event, day of it in the program's zone, shown as done
    ("approved", datetime(2025, 3, 5, 20), True),
    ("approved", datetime(2025, 2, 9, 20), True),  # 31 days ago, the last day shown
    ("approved", datetime(2025, 2, 8, 20), False),
]


@pytest.mark.parametrize(("event", "moment", "shown"), ANSWERED)
def test_what_was_answered_lately_is_done(con, event, moment, shown):
    register(con, datetime(2025, 2, 3, 20), (event, moment))
    found = of_kind(con, "registration")
    assert [item.state for item in found] == (["done"] if shown else [])


def test_a_registration_returned_waits_until_it_is_overdue(con):
    register(con, datetime(2025, 3, 6, 20), ("returned", datetime(2025, 3, 7, 20)))
    assert [item.state for item in items(con, "registration")] == ["waiting"]
    assert [item.state for item in items(con, "registration", date(2025, 3, 14))] == ["overdue"]


def test_an_action_keeps_its_id_whatever_becomes_of_it(con):
    register(con, datetime(2025, 3, 6, 20))
    (before,) = of_kind(con, "registration")
    put(
        con,
        EVENTS,
        {"registration_id": "g1", "event": "approved", "occurred_at": datetime(2025, 3, 11)},
    )
    (after,) = of_kind(con, "registration")
    assert (before.state, after.state) == ("open", "done")
    assert before.action_id == after.action_id
    assert before.action_id.startswith("registration-")


def own(con, owner, role, active_from, active_to=None):
    row = {
        "partner_id": "p",
        "owner": owner,
        "role": role,
        "active_from": active_from,
        "active_to": active_to,
    }
    put(con, "staging.stg_partner_activity__partner_owners", row)


OWNERS = [
    # rows of partner_owners (owner, role, from, to), the owner of a registration on the day
    ([("Ann", "channel_manager", date(2024, 1, 1), None)], "Ann"),
    ([("Ann", "channel_manager", date(2024, 1, 1), DAY)], "Ann"),  # the last day counts
    ([("Ann", "channel_manager", date(2024, 1, 1), date(2025, 3, 11))], "Cem"),
    ([("Ann", "channel_manager", date(2025, 3, 13), None)], "Cem"),  # from tomorrow on
    ([("Ann", "partner_manager", date(2024, 1, 1), None)], "Cem"),  # another role
    # of two, who came last
    (
        [
            ("Ann", "channel_manager", date(2024, 1, 1), None),
            ("Bo", "channel_manager", date(2025, 1, 1), None),
        ],
        "Bo",
    ),
]


@pytest.mark.parametrize(("rows", "expected"), OWNERS)
def test_every_action_has_an_owner(con, rows, expected):
    land_defaults(con, {"channel_manager": "Cem"})
    for row in rows:
        own(con, *row)
    register(con, datetime(2025, 3, 6, 20))
    assert [item.owner for item in items(con, "registration")] == [expected]


def test_a_role_without_a_default_answers_by_its_own_name(con):
    register(con, datetime(2025, 3, 6, 20))
    assert [item.owner for item in items(con, "registration")] == ["channel_manager"]
    deliver(con, "d1", datetime(2025, 3, 1, 12))
    put(con, "landing.quarantine", {"delivery_id": "d1", "row": 1, "message": "no name"})
    assert [item.owner for item in items(con, "quarantine")] == ["analyst"]


def test_what_hangs_on_it_is_of_the_last_month_that_ended(con):
    for month, arr in ((date(2025, 2, 1), 500), (date(2025, 3, 1), 900)):
        row = {"partner_id": "p", "month": month, "arr_usd": arr}
        put(con, "marts.fct_arr_by_partner_month", row)
        put(
            con,
            "marts.fct_partner_usage_by_month",
            {"partner_id": "p", "month": month, "active_customers": arr // 100},
        )
    register(con, datetime(2025, 3, 6, 20))
    (item,) = items(con, "registration")
    assert (item.arr_usd, item.customers) == (Decimal(500), 5)


def review(con, status, decided=None):
    row = {"period": "2024-H2", "partner_id": "p", "program": "reseller"}
    put(con, "marts.fct_program_compliance", row | {"status": status})
    result = {"requirement": "RESL-PLAN", "strength": "must", "status": "not_met"}
    if status == "non_compliant":
        put(con, "marts.fct_requirement_results", row | result)
    if decided:
        put(
            con,
            "staging.stg_decisions__governance_decisions",
            {
                "review": "2024-H2",
                "partner_id": "p",
                "program": "reseller",
                "decision": decided,
                "decided_on": date(2025, 1, 20),
            },
        )
    write_decisions(con)


def test_a_recommendation_waits_until_it_is_decided(con):
    review(con, "non_compliant")
    (item,) = items(con, "governance")
    # 31 days after December 31
    assert (item.due_on, item.state, item.clause) == (date(2025, 1, 31), "overdue", "RESL-PLAN")
    assert "recommended: remediate." in item.reason
    assert "--decision remediate" in item.command
    (item,) = items(con, "governance", date(2025, 1, 31))
    assert item.state == "open"


def test_a_recorded_decision_is_what_ends_it(con):
    review(con, "non_compliant", decided="change_benefits")
    (item,) = of_kind(con, "governance")
    assert item.state == "done"
    assert "Decided: change benefits." in item.reason


def test_a_compliant_review_asks_for_no_decision(con):
    review(con, "compliant")
    assert of_kind(con, "governance") == []


def test_ids_in_a_command_are_quoted(con):
    put(con, "marts.dim_partners", {"partner_id": "x; rm -rf /", "name": "X"})
    row = {
        "case_id": "c1",
        "partner_id": "x; rm -rf /",
        "severity": "minor",
        "outcome": "open",
        "opened_on": date(2025, 3, 1),
    }
    put(con, "staging.stg_partner_activity__conduct_cases", row)
    (item,) = items(con, "case")
    assert item.command == "plumbline explain 'x; rm -rf /' --year 2025"
