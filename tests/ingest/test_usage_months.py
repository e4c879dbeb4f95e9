"""Months of usage rows by comparison are those that a conversion of each row gives."""

from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.usage.months import MOST_MONTHS, month_sql

CONVERTED = "cast(date_trunc('month', timezone(?, timezone('UTC', m))) as date)"
ZONES = (
    "America/Los_Angeles",
    "Europe/London",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "America/Havana",
    "Pacific/Apia",
    "Africa/Cairo",
    "UTC",
)
EDGES = [datetime(2025, m, 1) for m in range(1, 13)] + [
    datetime(2011, 12, 31),
    datetime(2026, 1, 1),
]


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        yield con


def months(con, zone, moments):
    sql = month_sql("m", zone, (min(moments), max(moments)) if moments else None)
    query = f"select {sql}::varchar, {CONVERTED}::varchar from (select unnest(?) as m)"
    return sql, con.execute(query, [zone, moments]).fetchall()


@given(
    zone=st.sampled_from(ZONES),
    moments=st.lists(
        st.builds(
            lambda edge, away: edge + timedelta(microseconds=away),
            st.sampled_from(EDGES),
            st.integers(-(10**11), 10**11)
            | st.integers(-57, 57).map(lambda q: q * 900_000_000)
            | st.integers(-57, 57).map(lambda q: q * 900_000_000 - 1),
        ),
        min_size=1,
        max_size=8,
    ),
)
@settings(max_examples=150, deadline=None)
def test_a_month_by_comparison_is_the_month_by_conversion(con, zone, moments):
    _, pairs = months(con, zone, moments)
    assert all(compared == converted for compared, converted in pairs)


def test_a_month_of_the_programs_zone_is_one_comparison(con):
    sql, rows = months(con, "America/Los_Angeles", [datetime(2025, 3, 1), datetime(2025, 3, 31)])
    assert sql == (
        "case when m < timestamp '2025-03-01 08:00:00' then date '2025-02-01'"
        " else date '2025-03-01' end"
    )
    assert [month for month, _ in rows] == ["2025-02-01", "2025-03-01"]


def test_a_span_of_many_years_is_converted_and_no_row_has_no_month(con):
    sql, rows = months(con, "Europe/London", [datetime(1990, 3, 31, 23), datetime(9999, 12, 31)])
    assert "date_trunc" in sql and rows[0][0] == "1990-04-01"
    least = datetime(2025, 1, 1), datetime(2025 + MOST_MONTHS // 12, 1, 1) - timedelta(days=1)
    assert "date_trunc" not in month_sql("m", "UTC", least)
    assert con.execute(f"select {month_sql('m', 'UTC', None)}").fetchall() == [(None,)]
