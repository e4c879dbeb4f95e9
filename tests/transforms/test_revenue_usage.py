"""Reseller money and app usage from landed rows to published tables, figures worked out by hand.

Belongs here: the chain of models as a whole. Does not: single rules (the models' own unit tests).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.transforms.warehouse import build_warehouse, dbt, query

SELECTED = (
    "+marts.arr",
    "+marts.usage",
    "+int_metrics__evidence",
    "+int_usage__metrics",
    "int_usage__uncounted",
)


def line(partner: str, number: str, kind: str, amount: str, start: str, end: str, **more) -> dict:
    """One subscription line, reported in the month in which its term starts."""
    return {
        "partner_id": partner,
        "report_month": date.fromisoformat(start).replace(day=1),
        "line_id": number,
        "line_type": kind,
        "subscription_id": f"S-{partner}",
        "customer_name": "Acme Ltd.",
        "term_start": date.fromisoformat(start),
        "term_end": date.fromisoformat(end),
        "amount": Decimal(amount),
        "currency": "USD",
        **more,
    }


def call(app: str, company: str, at: str, method: str = "GET", code: int = 200) -> dict:
    """One usage row of three calls at an instant in UTC."""
    return {
        "app_id": app,
        "company_id": company,
        "occurred_at": datetime.fromisoformat(at),
        "http_method": method,
        "response_code": code,
        "call_count": 3,
    }


def enrolled(partner: str, program: str) -> dict:
    return {"partner_id": partner, "program": program, "enrolled_on": date(2024, 1, 1)}


def installed(number: str, app: str, company: str, since: str) -> dict:
    return {
        "installation_id": number,
        "app_id": app,
        "company_id": company,
        "is_demo": False,
        "installed_at": datetime.fromisoformat(since),
    }


ROWS = {
    "partners": [
        {"partner_id": p, "name": p, "joined_on": date(2024, 1, 1), "status": "active"}
        for p in ("exact", "below", "tech")
    ],
    "enrollments": [
        enrolled("exact", "reseller"),
        enrolled("below", "reseller"),
        enrolled("tech", "technology"),
    ],
    "subscription_lines": [
        # 24 months at 120,000 make 60,000 a year; 12 at 40,000 make the rest of 100,000.
        line("exact", "1", "new", "120000", "2025-01-31", "2027-01-30"),
        line("exact", "2", "expansion", "40000", "2025-07-01", "2026-06-30"),
        # A year from February 29 is a year; a price cut of the year before has run out.
        line("below", "1", "new", "50000", "2024-02-29", "2025-02-28"),
        line("below", "2", "renewal", "99999.9999", "2025-03-01", "2026-02-28"),
        line("below", "3", "contraction", "-1000", "2024-03-01", "2025-02-28"),
    ],
    "apps": [
        {
            "app_id": app,
            "partner_id": "tech",
            "name": app,
            "kind": "embedded",
            "marketplace": "commercial",
            "declared_data_flow": "bidirectional",
        }
        for app in ("one", "two", "unlisted")
    ],
    "listing_events": [
        {"app_id": "one", "event": "listed", "occurred_on": date(2025, 10, 31)},
        {"app_id": "two", "event": "listed", "occurred_on": date(2025, 11, 15)},
    ],
    "installations": [
        installed("i1", "one", "c1", "2025-01-01"),
        installed("i2", "one", "c1", "2025-01-01"),
        installed("i3", "two", "c1", "2025-01-01"),
        installed("i4", "two", "c2", "2025-01-01"),
    ],
    "usage_events": [
        # Pacific summer time: October's last second, then November's first.
        call("one", "c1", "2025-11-01 06:59:59"),
        call("one", "c1", "2025-11-01 07:00:00", "post"),
        call("one", "c1", "2025-12-31 23:00:00"),
        # The app's launch day begins at 08:00 UTC in winter.
        call("two", "c1", "2025-11-15 07:59:59"),
        call("two", "c1", "2025-11-15 08:00:00"),
        call("two", "c2", "2025-11-20 08:00:00", "DELETE"),
        call("two", "c2", "2025-11-20 08:00:00", "GET", 302),
        # January by Pacific time, and so beyond the year.
        call("two", "c2", "2026-01-01 08:00:00"),
    ],
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    path = build_warehouse(tmp_path_factory.mktemp("revenue"), ROWS)
    with duckdb.connect(str(path)) as con:
        con.execute("insert into resolved.names values ('Acme Ltd.', 'acme')")
        con.executemany(
            "insert into landing.covered_months values ('usage_events', ?, 'd', 'f', ?)",
            [[date(2025, month, 1), datetime(2026, 1, 5)] for month in (10, 11, 12)],
        )
    dbt(path, "run", "--select", *SELECTED)
    return path


def test_the_minimum_is_held_against_december_31(warehouse):
    rows = query(
        warehouse,
        "select partner_id, arr_usd, booked_arr_usd, minimum_source, meets_minimum"
        " from marts.fct_arr_by_partner_year where year = 2025 order by partner_id",
    )
    assert rows == [
        ("below", Decimal("99999.9999"), Decimal("99999.9999"), "policy", False),
        ("exact", Decimal("100000.0000"), Decimal("100000.0000"), "policy", True),
    ]


def test_movements_lead_from_month_to_month(warehouse):
    rows = query(
        warehouse,
        "select month, arr_usd, new, expansion, contraction, churn, reactivation"
        " from marts.fct_arr_by_partner_month where partner_id = 'below'"
        " and new + expansion + contraction + churn + reactivation <> 0 order by month",
    )
    zero = Decimal(0)
    assert rows == [
        (date(2024, 2, 1), Decimal(50000), Decimal(50000), zero, zero, zero, zero),
        (date(2024, 3, 1), Decimal(49000), zero, zero, Decimal(-1000), zero, zero),
        # The old term's last day is the month's: its ARR and its price cut end the day after.
        (date(2025, 3, 1), Decimal("99999.9999"), zero, Decimal("50999.9999"), zero, zero, zero),
    ]


def test_calls_fall_into_months_of_the_programs_zone(warehouse):
    assert query(warehouse, "from marts.fct_app_usage_by_month") == [
        ("one", date(2025, 10, 1), 1, 3, 0),
        ("one", date(2025, 11, 1), 1, 0, 3),
        ("one", date(2025, 12, 1), 1, 3, 0),
        ("two", date(2025, 11, 1), 2, 3, 3),
    ]
    assert query(
        warehouse, "select app_id, cause, calls from intermediate.int_usage__uncounted order by all"
    ) == [("two", "before_launch", 3), ("two", "unsuccessful", 3)]


def test_a_company_counts_once_across_a_partners_apps(warehouse):
    assert query(warehouse, "from marts.fct_partner_usage_by_month") == [
        ("tech", date(2025, 10, 1), 1),
        ("tech", date(2025, 11, 1), 2),
        ("tech", date(2025, 12, 1), 1),
    ]
    # Three months from the launch in October: (1 + 2 + 1) / 3.
    assert query(
        warehouse,
        "select value, status from intermediate.int_usage__metrics"
        " where metric = 'average_monthly_active_customers' and period = '2025'",
    ) == [(Decimal("1.3333"), None)]


def test_data_flow_is_what_the_window_shows(warehouse):
    # Both apps are judged over the partner's window, which needs three months of each.
    assert query(warehouse, "from marts.fct_app_data_flow") == [
        (2025, "one", "none", "bidirectional", 2, 1),
        (2025, "two", "none", "bidirectional", 1, 1),
    ]


def test_evidence_names_file_and_row(warehouse):
    assert query(
        warehouse,
        "select file, row_number from intermediate.int_metrics__evidence"
        " where metric = 'arr_usd' and period = '2025' and partner_id = 'exact' order by all",
    ) == [
        ("reseller_reports/subscription_lines.csv", 2),
        ("reseller_reports/subscription_lines.csv", 3),
    ]
