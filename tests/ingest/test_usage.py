"""The big feed: read where it lies, by path the latest, months in the program's zone."""

from datetime import date, datetime, timedelta, timezone

import polars as pl
import pytest

from tests.ingest.usage_feed import HEADER, events, months, put
from tests.ingest.zone import at


def test_parquet_is_read_in_place_with_its_provenance(zone):
    put(zone, "usage_events/2025/03.parquet", {}, {"company_id": "C2"})
    zone.land()
    assert zone.rows("select * from landing.usage_events order by company_id")[0] == (
        "A1",
        "C1",
        datetime(2025, 3, 10),
        "GET",
        200,
        2,
        zone.rows("select delivery_id from landing.deliveries")[0][0],
        "app_usage/usage_events/2025/03.parquet",
        at("2025-06-01"),
    )
    assert zone.rows("select count(*) from landing.usage_rows") == [(0,)]
    assert not zone.store.exists()
    assert zone.counts("app_usage/usage_events/2025/03.parquet") == ("accepted", 2, 2, 0, 0)


def test_bad_rows_are_quarantined_by_place_and_left_out(zone):
    changes = [
        {},
        {"call_count": 0},
        {"call_count": None},
        {"app_id": " "},
        {"company_id": None},
        {"occurred_at": None},
        {"response_code": None},
        {"http_method": ""},
        {"company_id": "C9"},
    ]
    put(zone, "usage_events-1.parquet", *changes)
    zone.land()
    assert zone.counts("app_usage/usage_events-1.parquet") == ("accepted", 9, 2, 7, 0)
    assert [row[0] for row in events(zone)] == ["C1", "C9"]
    assert zone.rules() == [
        (3, "call_count", "call_count"),
        (4, "call_count", "required"),
        (5, "app_id", "required"),
        (6, "company_id", "required"),
        (7, "occurred_at", "required"),
        (8, "response_code", "required"),
        (9, "http_method", "required"),
    ]


def test_refused_for_its_share_and_nothing_of_it_counts(zone):
    put(zone, "usage_events-1.parquet", *[{}] * 4, *[{"call_count": 0}] * 6)
    zone.land()
    assert zone.counts("app_usage/usage_events-1.parquet") == ("refused", 10, 0, 10, 0)
    assert events(zone) == [] == months(zone)


@pytest.mark.parametrize(
    ("values", "moment"),
    [
        (["2025-03-10T12:00:00Z"], datetime(2025, 3, 10, 12)),
        (["2025-03-10T12:00:00+02:00"], datetime(2025, 3, 10, 10)),
        (["2025-03-10T12:00:00-0730"], datetime(2025, 3, 10, 19, 30)),
        (["2025-03-10 12:00"], datetime(2025, 3, 10, 12)),
        # A day without a time is the printed one: it begins at midnight in the program's zone.
        ([date(2025, 3, 10)], datetime(2025, 3, 10, 7)),
        (["2025-03-10"], datetime(2025, 3, 10, 7)),
        (
            [datetime(2025, 3, 10, 12, tzinfo=timezone(timedelta(hours=2)))],
            datetime(2025, 3, 10, 10),
        ),
    ],
)
def test_moments_however_they_are_stored(zone, values, moment):
    put(zone, "usage_events-1.parquet", {"occurred_at": values[0]})
    zone.con.execute("set timezone = 'Asia/Tokyo'")
    zone.land()
    assert events(zone, "occurred_at") == [(moment,)]


def test_columns_by_folded_name_in_any_order_with_others_beside(zone):
    path = put(zone, "usage_events-1.parquet", {}, {"company_id": "C2"})
    frame = pl.read_parquet(path).rename({"app_id": "App ID", "call_count": "Call-Count"})
    frame.select(*reversed(frame.columns), pl.lit("x").alias("region")).write_parquet(path)
    put(zone, "usage_events-2.parquet", {"company_id": "C3"})
    zone.land()
    assert [row[0] for row in events(zone)] == ["C1", "C2", "C3"]
    notes = zone.rows("select message from landing.delivery_notes where kind = 'unknown_columns'")
    assert notes == [("columns unknown to usage_events: region; kept in the file",)]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"occurred_at": 1_741_600_000}, "type"),
        ({"call_count": [1]}, "type"),
        ({"app_id": 1.5}, "type"),
    ],
)
def test_types_that_can_not_be_meant_refuse_the_file(zone, change, rule):
    put(zone, "usage_events-1.parquet", change)
    zone.land()
    assert zone.rules()[0][2] == rule


def test_numbers_as_text_or_decimals_are_read_exactly(zone):
    put(
        zone,
        "usage_events-1.parquet",
        {"call_count": "7", "response_code": 204.0, "app_id": 12},
        {"call_count": "7.5", "response_code": 200.0, "app_id": 12},
        {"call_count": "1", "response_code": 200.5, "app_id": 12},
    )
    zone.land()
    assert events(zone, "app_id, response_code, call_count") == [("12", 204, 7)]


def test_months_are_the_programs(zone):
    # 2025-03-01 07:59 UTC is still February in Los Angeles.
    put(zone, "usage_events-a.parquet", {"occurred_at": datetime(2025, 3, 1, 7, 59)})
    zone.put("app_usage/usage_events-b.csv", HEADER + "A1,C1,2025-05-01T06:59:00Z,GET,200,1\n")
    zone.land()
    assert [month for month, _ in months(zone)] == [date(2025, 2, 1), date(2025, 4, 1)]
