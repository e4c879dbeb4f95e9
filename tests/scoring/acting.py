"""A test warehouse in which things wait for people, and the actions that result."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import duckdb

from scoring.actions.table import actions
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, put, warehouse

DAY = date(2025, 3, 12)  # a Wednesday
REGISTRATIONS = "staging.stg_deal_registration__registrations"
EVENTS = "staging.stg_deal_registration__registration_events"


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


def own_term(con, parameter, number=None, value=None, identifier="a1"):
    """A term of the partner's own agreement that holds throughout."""
    row = {"partner_id": "p", "parameter": parameter, "agreement_id": identifier}
    held = {"from_on": date(2024, 1, 1), "is_of_kind": True, "number": number, "value": value}
    put(con, "intermediate.int_policy__term_spans", row | held)


def works_at(con, contact, partner="p", person=None, **columns):
    """A contact of a partner, from the beginning on unless `columns` says otherwise."""
    row = {"partner_id": partner, "contact_id": contact, "person": person or contact}
    since = {"since_on": date(1, 1, 1), "active_from": date(2024, 1, 1)}
    put(con, "intermediate.int_people__teams", row | since | columns)


def of_kind(con, kind, as_of=DAY):
    """The day's actions of a kind, done ones too."""
    rows = actions(con, as_of).filter(kind=kind).sort("due_on").to_dicts()
    return [SimpleNamespace(**row, overdue=row["state"] == "overdue") for row in rows]


def items(con, kind, as_of=DAY):
    """Those of them that are still to do."""
    return [item for item in of_kind(con, kind, as_of) if item.state != "done"]


def waiting() -> duckdb.DuckDBPyConnection:
    """A reseller enrolled in time whose reports are there."""
    built = warehouse()
    enrol(built, "p", "reseller", date(2024, 12, 10), "Partner")
    write_decisions(built)
    # Every month that is due by the day and wholly enrolled has its report, so that no other
    # test sees one.
    for month in (date(2025, 1, 1), date(2025, 2, 1)):
        report(built, month, date(2025, 3, 1))
    return built
