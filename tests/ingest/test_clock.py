"""One table of zones: the clock, DuckDB's own, and what lands agree, the newest rules included."""

from datetime import date, datetime, timedelta

import duckdb
import pytest

from ingest.judging.clock import Clock, clock_of, kept_clock
from tests.ingest.zone import at

# Zones that gave up changing their clocks in 2026, and others that change at odd hours.
ZONES = (
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Edmonton",
    "America/Winnipeg",
    "UTC",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Pacific/Apia",
)


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_and_duckdb_agree_on_both_sides_of_every_change(zone):
    clock = clock_of(zone)
    late = [datetime(2026, 11, 1), datetime(2027, 3, 14), datetime(2040, 7, 1)]
    edges = [start for start, _ in clock.changes[1:] if start.year >= 2000] + late
    moments = [edge + timedelta(minutes=m) for edge in edges for m in (-1441, -61, -1, 0, 1, 61)]
    with duckdb.connect() as con:
        rows = con.execute(
            f"select m, cast(timezone($zone, timezone('UTC', m)) as date), {clock.sql_day('m')},"
            f" timezone('UTC', timezone($zone, cast(cast(m as date) as timestamp))),"
            f" {clock.sql_begin('cast(m as date)')}"
            " from (select unnest($moments::timestamp[]) as m)",
            {"zone": zone, "moments": moments},
        ).fetchall()
    assert len(rows) == len(moments)
    for moment, their_day, our_day, their_begin, our_begin in rows:
        assert their_day == our_day == clock.day(moment), moment
        assert their_begin == our_begin == clock.begin(moment.date()), moment


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        # Until 2026-11-01 both readings agree; from then on these zones keep their summer clock.
        ("America/Vancouver", "2026-10-31T06:59", date(2026, 10, 30)),
        ("America/Vancouver", "2026-10-31T07:00", date(2026, 10, 31)),
        ("America/Vancouver", "2026-11-16T06:59", date(2026, 11, 15)),
        ("America/Vancouver", "2026-11-16T07:30", date(2026, 11, 16)),
        ("America/Edmonton", "2026-11-16T05:59", date(2026, 11, 15)),
        ("America/Edmonton", "2026-11-16T06:00", date(2026, 11, 16)),
        ("America/Winnipeg", "2026-11-16T04:59", date(2026, 11, 15)),
        ("America/Winnipeg", "2026-11-16T05:00", date(2026, 11, 16)),
        ("America/Los_Angeles", "2026-11-16T07:30", date(2026, 11, 15)),
    ],
)
def test_zones_that_gave_up_changing(zone, moment, day):
    assert clock_of(zone).day(datetime.fromisoformat(moment)) == day


def test_a_report_is_received_on_the_day_of_the_same_clock(zone):
    zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\n", "2026-11-16T07:30:00")
    zone.land()
    moment = zone.rows("select received_at from landing.deliveries")[0][0]
    clock = clock_of("America/Vancouver")
    assert moment == at("2026-11-16T07:30:00")
    ours = zone.rows(f"select {clock.sql_day('received_at')} from landing.deliveries")
    assert ours == [(clock.day(moment),)] == [(date(2026, 11, 16),)]


def test_what_was_kept_of_a_zone_stands_whatever_is_installed():
    old = Clock("America/Vancouver", ((datetime.min, -28800),))
    moment = datetime(2026, 11, 16, 7, 30)
    with kept_clock(old):
        assert clock_of("America/Vancouver").day(moment) == date(2026, 11, 15)
        assert clock_of("America/Edmonton").day(moment) == date(2026, 11, 16)
    assert clock_of("America/Vancouver").day(moment) == date(2026, 11, 16)


def test_an_unknown_zone_is_named():
    with pytest.raises(LookupError, match=r"Mars/Base.*not a time zone"):
        clock_of("Mars/Base")
