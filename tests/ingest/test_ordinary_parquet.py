"""Parquet files as tools write them: columns of odd types, moments finer than a microsecond."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.ingest.parquet_bytes import parquet

ODD_COLUMNS = {
    "uuid": pa.array([uuid.UUID(int=1).bytes], pa.uuid()),
    "bytes": pa.array([b"\xff\x00"], pa.binary()),
    "fixed bytes": pa.array([b"\xff" * 12], pa.binary(12)),
    "views": pa.array(["x"], pa.string_view()),
    "duration": pa.array([timedelta(days=1)], pa.duration("us")),
    "wide decimal": pa.array([Decimal("1" * 60)], pa.decimal256(76, 0)),
    "nested": pa.array([{"a": [b"\xff"]}]),
    "list": pa.array([[1, 2]]),
    "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
    "dictionary": pa.array(["x"]).dictionary_encode(),
    "time": pa.array([1], pa.time64("ns")),
    "nothing": pa.nulls(1),
    "half": pa.array([1.5], pa.float16()),
    "latin": pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 4], pa.int32()).buffers()[1], pa.py_buffer(b"Caf\xe9")]
    ),
    "zoned": pa.array([0], pa.timestamp("ns", "+02:00")),
    "far": pa.array([2**62], pa.timestamp("us")),
}


@pytest.mark.parametrize("name", ODD_COLUMNS)
def test_a_column_of_an_odd_type_costs_no_other_file(zone, name):
    odd = ODD_COLUMNS[name]
    zone.put("crm/accounts-1.csv", "account_id,name\nA1,x\n")
    zone.put("crm/accounts-2.parquet", parquet(account_id=["A2"], name=["y"], extra=odd))
    zone.put("crm/accounts-3.parquet", parquet(account_id=["A3"], name=odd))
    zone.put("app_usage/usage_events/1.parquet", parquet(**{**USAGE, "extra": odd}))
    zone.put("app_usage/usage_events/2.parquet", parquet(**{**USAGE, "http_method": odd}))
    zone.land()
    assert zone.counts("crm/accounts-1.csv")[0] == "accepted"
    assert zone.counts("app_usage/usage_events/1.parquet") == ("accepted", 1, 1, 0, 0)
    # A column that is not ours is kept in the raw row, or its file alone is refused, by name.
    kept = zone.counts("crm/accounts-2.parquet")[0]
    if kept == "refused":
        assert (
            "extra" in zone.rows("select message from landing.quarantine where column is null")[0]
        )
    for file in ("crm/accounts-3.parquet", "app_usage/usage_events/2.parquet"):
        status, read, accepted, bad, _ = zone.counts(file)
        assert status == "refused" or read == accepted + bad == 1


USAGE = {
    "app_id": ["A"],
    "company_id": ["C"],
    "occurred_at": [datetime(2025, 3, 1)],
    "http_method": ["GET"],
    "response_code": [200],
    "call_count": [1],
}


LAST_NANOSECOND = 1_738_367_999_999_999_999  # January 31, 2025, 23:59:59.999999999 UTC


@pytest.mark.parametrize("zone_name", [None, "UTC", "Europe/Berlin", "+05:30"])
def test_nanoseconds_are_cut_and_never_rounded_over_a_month(zone, zone_name):
    moments = pa.array([LAST_NANOSECOND], pa.timestamp("ns", zone_name))
    zone.put("app_usage/usage_events/1.parquet", parquet(**{**USAGE, "occurred_at": moments}))
    early = pa.array([-1], pa.timestamp("ns", zone_name))
    zone.put("app_usage/usage_events/2.parquet", parquet(**{**USAGE, "occurred_at": early}))
    referral = {
        "request_id": ["R"],
        "app_id": ["A"],
        "received_at": moments,
        "answered_at": early,
    }
    zone.put("app_usage/contact_requests.parquet", parquet(**referral))
    zone.land()
    late, first = (
        datetime(2025, 1, 31, 23, 59, 59, 999_999),
        datetime(1969, 12, 31, 23, 59, 59, 999_999),
    )
    assert zone.rows("select occurred_at from landing.usage_events order by 1") == [
        (first,),
        (late,),
    ]
    query = "select received_at, answered_at from landing.contact_requests"
    assert zone.rows(query) == [(late, first)]


def test_a_day_s_sum_belongs_to_the_printed_day(zone):
    rows = "A,C,2025-03-01,GET,200,5\nA,C,2025-02-28,GET,200,7\n"
    zone.put("app_usage/usage_events-1.csv", ",".join(USAGE) + "\n" + rows)
    zone.land()
    query = "select month, sum(calls)::int from landing.usage_calls group by 1 order by 1"
    assert zone.rows(query) == [(date(2025, 2, 1), 7), (date(2025, 3, 1), 5)]


def test_an_identifier_that_a_float_cannot_hold_is_a_fault_and_no_number_is_none(zone):
    doubles, singles = "crm/accounts/doubles.parquet", "crm/accounts/singles.parquet"
    ids = pa.array([42.0, 2.0**53 + 2, 4.51e17, float("nan")])
    zone.put(doubles, parquet(account_id=ids, name=pa.array(["a", "b", "c", "d"])))
    ids = pa.array([42.0, 2.0**24 + 2], pa.float32())
    zone.put(singles, parquet(account_id=ids, name=pa.array(["a", "b"])))
    zone.land()
    assert set(zone.rows("select account_id from landing.accounts")) == {("42",)}
    broken = [(row, rule) for row, _, rule in zone.rules(doubles)]
    assert broken == [(3, "text"), (4, "text"), (5, "required")]
    assert [(row, rule) for row, _, rule in zone.rules(singles)] == [(3, "text")]
