"""Control totals compared with our figures: each measure, each kind of period, each gap.

Belongs here: fct_control_totals over tiny warehouses. Does not: what is shown of it, or its action.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.transforms.warehouse import build_warehouse, dbt, query

PARTNERS = [
    {"partner_id": p, "name": p, "joined_on": date(2024, 1, 1), "status": "active"}
    for p in ("p", "q", "silent")
]
ENROLLED = [
    {"partner_id": p, "program": "reseller", "enrolled_on": date(2024, 1, 1)}
    for p in ("p", "q", "silent")
]


def line(partner, line_id, start, end, amount, **columns):
    return {
        "partner_id": partner,
        "report_month": start.replace(day=1),
        "line_id": line_id,
        "line_type": "new",
        "subscription_id": line_id,
        "customer_name": f"Customer {line_id}",
        "term_start": start,
        "term_end": end,
        "amount": Decimal(amount),
        "currency": "USD",
        **columns,
    }


def total(period, measure, value, partner=None, source="Finance", **columns):
    return {
        "period": period,
        "measure": measure,
        "partner_id": partner,
        "value": Decimal(value),
        "source": source,
        "as_of": date(2026, 1, 5),
        **columns,
    }


ROWS = {
    "partners": PARTNERS,
    "enrollments": ENROLLED,
    "subscription_lines": [
        line("p", "a", date(2025, 1, 1), date(2025, 12, 31), "1000"),
        line("q", "b", date(2025, 7, 1), date(2026, 6, 30), "500"),
        # No rate has landed for it: q has no ARR while it runs, from October on.
        line("q", "c", date(2025, 10, 1), date(2026, 9, 30), "100", currency="CHF"),
    ],
    "apps": [
        {
            "app_id": "app",
            "partner_id": "p",
            "name": "App",
            "kind": "other",
            "marketplace": "commercial",
            "first_launched_on": date(2024, 1, 1),
        }
    ],
    "listing_events": [{"app_id": "app", "event": "listed", "occurred_on": date(2025, 2, 1)}],
    "installations": [
        # Removed at the very midnight (Los Angeles) that ends the year: it is still there on the
        # last day.
        {
            "installation_id": f"i{n}",
            "app_id": "app",
            "company_id": f"c{n}",
            "is_demo": n == 3,
            "installed_at": datetime(2025, 1, 1),
            "uninstalled_at": gone,
        }
        for n, gone in enumerate([None, datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 7, 59), None])
    ],
    "control_totals": [
        total("2025-09", "arr_usd", "1500"),
        total("2025-q3", "arr_usd", "505", "q"),
        total("2025-Q3", "arr_usd", "505.05", "q", "CRM"),
        total("2025-Q3", "arr_usd", "505.0506", "q", "Ledger"),
        total("2025-H1", "arr_usd", "1000", "p"),
        total("2025-H1", "arr_usd", "0", "q", "Nothing yet"),
        total("2025-01", "arr_usd", "0", "silent"),
        total("2025", "arr_usd", "1600"),
        total("2025-Q3", "booked_arr_usd", "500"),
        total("2025-H1", "booked_arr_usd", "1000"),
        total("2025", "installations", "2", "p", "Marketplace"),
        total("2025-01", "listed_apps", "0", None, "Marketplace"),
        total("2025", "listed_apps", "1", "q", "Marketplace"),
        total("2025", "active_customers", "0", "p", "Marketplace"),
        total("2025-13", "arr_usd", "1"),
        total("2026", "arr_usd", "1"),
        total("2025", "arr_usd", "1", "nobody"),
        # Stated again by the same source: the later row counts.
        total("2024", "arr_usd", "7"),
        total("2024", "arr_usd", "0", _received_at=datetime(2026, 1, 11)),
    ],
}


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    path = build_warehouse(tmp_path_factory.mktemp("control"), ROWS)
    dbt(path, "run", "--quiet", "--select", "+fct_control_totals")
    dbt(
        path,
        "test",
        "--quiet",
        "--select",
        "fct_control_totals",
        "path:models/intermediate/control",
    )
    totals = query(
        path,
        "select period, measure, partner_id, source, ours, difference, tolerance, status, reason"
        " from marts.fct_control_totals",
    )
    assert len(totals) == len(ROWS["control_totals"]) - 1
    return {row[:4]: row[4:] for row in totals}


@pytest.mark.parametrize(
    ("key", "ours", "status"),
    [
        (("2025-09", "arr_usd", None, "Finance"), 1500, "agrees"),
        # A hundredth of 505 is 5.05, of 505.05 5.0505, of 505.0506 5.0505: the last lies beyond.
        (("2025-q3", "arr_usd", "q", "Finance"), 500, "agrees"),
        (("2025-Q3", "arr_usd", "q", "CRM"), 500, "agrees"),
        (("2025-Q3", "arr_usd", "q", "Ledger"), 500, "differs"),
        (("2025-H1", "arr_usd", "p", "Finance"), 1000, "agrees"),
        (("2025-Q3", "booked_arr_usd", None, "Finance"), 500, "agrees"),
        (("2025-H1", "booked_arr_usd", None, "Finance"), 1000, "agrees"),
        (("2025", "installations", "p", "Marketplace"), 2, "agrees"),
        (("2025-01", "listed_apps", None, "Marketplace"), 0, "agrees"),
        (("2025", "listed_apps", "q", "Marketplace"), 0, "differs"),
    ],
)
def test_a_total_is_held_against_ours(held, key, ours, status):
    row = held[key]
    assert (row[0], row[3]) == (ours, status)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (("2025-01", "arr_usd", "silent", "Finance"), "No report and no line had come"),
        (("2025-H1", "arr_usd", "q", "Nothing yet"), "No report and no line had come"),
        (("2024", "arr_usd", None, "Finance"), "No report and no line had come"),
        (("2025", "arr_usd", None, "Finance"), "No exchange rate for line"),
        (("2025", "active_customers", "p", "Marketplace"), "No usage has landed for 2025-01"),
        (("2025-13", "arr_usd", None, "Finance"), "The run computed no period of this name"),
        (("2026", "arr_usd", None, "Finance"), "The run computed no period of this name"),
        (("2025", "arr_usd", "nobody", "Finance"), "No partner of this id has landed."),
    ],
)
def test_a_total_that_nothing_can_be_held_against_says_why(held, key, reason):
    ours, difference, _, status, reason_shown = held[key]
    assert (ours, difference, status) == (None, None, "not_computed")
    assert reason_shown.startswith(reason)
