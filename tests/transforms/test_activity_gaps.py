"""Days that no activity report reaches: what is gone, what can still be fetched and by when."""

from datetime import date, datetime

import duckdb
import pytest

from tests.transforms.warehouse import build_warehouse, dbt, query

APP = {"partner_id": "P-1", "name": "App", "kind": "embedded", "marketplace": "commercial"}
CALL = {
    "app_id": "A",
    "date": date(2025, 12, 12),
    "response_code": 200,
    "http_method": "GET",
    "normalized_route": "/",
    "count": 1,
    "_file": "app_usage/api_call_activity/A/2.csv",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Built as of 2025-12-31: app A has reports of some days, B and D of none, C is not launched; D
    was launched by its listing."""
    apps = [
        APP | {"app_id": "A", "first_launched_on": date(2025, 9, 1)},
        APP | {"app_id": "B", "first_launched_on": date(2025, 12, 20)},
        APP | {"app_id": "C", "first_launched_on": None},
        APP | {"app_id": "D", "first_launched_on": None},
    ]
    listed = {"app_id": "D", "event": "listed", "occurred_on": date(2025, 12, 25)}
    path = build_warehouse(
        tmp_path_factory.mktemp("gaps"),
        {"apps": apps, "api_call_activity": [CALL], "listing_events": [listed]},
    )
    with duckdb.connect(str(path)) as con:
        for number, (received, status) in enumerate(
            [
                # Eight hours behind UTC: received on September 30 of the program's calendar.
                (datetime(2025, 10, 1, 3), "accepted"),
                (datetime(2025, 10, 20, 12), "duplicate"),
                (datetime(2025, 12, 12, 12), "accepted"),
                (datetime(2025, 12, 30, 12), "refused"),
            ]
        ):
            con.execute(
                "insert into landing.deliveries values (?, 'app_usage', 'api_call_activity', ?,"
                " '', ?, 0, 0, 0, 0, ?)",
                [f"r{number}", f"app_usage/api_call_activity/A/{number}.csv", received, status],
            )
    dbt(
        path,
        "run",
        "--select",
        "+int_coverage__activity_gaps +fct_source_coverage",
    )
    return path


@pytest.fixture(scope="module")
def gap_rows(warehouse):
    return query(
        warehouse,
        "select key, finding, detail from intermediate.int_coverage__activity_gaps"
        " where key is not null order by all",
    )


def test_an_app_launched_by_its_listing_is_due_from_then_on(warehouse):
    # The months of app C, which was never launched, are not due.
    rows = query(
        warehouse,
        "select app_id, month, status from marts.fct_source_coverage"
        " where entity = 'api_call_activity' and month >= '2025-11-01' and app_id <> 'A'"
        " order by all",
    )
    december = date(2025, 12, 1)
    assert rows == [("B", december, "missing"), ("D", december, "missing")]


def test_gone_days_and_days_to_fetch_are_told_apart(gap_rows):
    assert gap_rows == [
        (
            "A",
            "activity_report_due",
            "no report reaches 2025-12-13 to 2025-12-30 yet; fetch it by 2026-01-12, or days of it"
            " are lost",
        ),
        (
            "A",
            "activity_report_gap",
            "no report reaches 2025-10-20 to 2025-11-11, and none can any more",
        ),
        (
            "B",
            "activity_report_due",
            "no report reaches 2025-12-20 to 2025-12-30 yet; fetch it by 2026-01-19, or days of it"
            " are lost",
        ),
        (
            "D",
            "activity_report_due",
            "no report reaches 2025-12-25 to 2025-12-30 yet; fetch it by 2026-01-24, or days of it"
            " are lost",
        ),
    ]
