"""Actions: who owns them, what is at stake, what ends them."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest

from scoring.actions.owners import land_defaults
from scoring.run import write_decisions
from tests.scoring.acting import DAY, EVENTS, items, of_kind, register, waiting
from tests.scoring.hand_warehouse import enrol, ladder_rows, put


@pytest.fixture
def con():
    with closing(waiting()) as built:
        yield built


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
    actions = of_kind(con, "registration")
    assert [item.state for item in actions] == (["done"] if shown else [])


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
    # whom the policy does not show, or who was erased
    ([(f"person-{'a' * 26}", "channel_manager", date(2024, 1, 1), None)], "Cem"),
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


def test_an_id_that_begins_as_an_option_stands_behind_the_options(con):
    put(con, "marts.dim_partners", {"partner_id": "-P1", "name": "X"})
    row = {
        "case_id": "c1",
        "partner_id": "-P1",
        "severity": "minor",
        "outcome": "open",
        "opened_on": date(2025, 3, 1),
    }
    put(con, "staging.stg_partner_activity__conduct_cases", row)
    (item,) = items(con, "case")
    assert item.command == "plumbline explain --year 2025 -- -P1"
