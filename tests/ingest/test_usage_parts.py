"""Sums of the feed are what its rows say, however and in whatever order they came.

Belongs here: parts against the rows in force, one by one and in Python. Does not: which rows are
good (test_usage.py) or what the models make of parts.
"""

import io
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.landing.record_acceptance import record, word_for
from ingest.usage import cuts
from ingest.usage.view import attach_usage
from tests.ingest.usage_feed import ROW
from tests.ingest.zone import Zone, at

READS, WRITES = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")
MOMENTS = [
    datetime(2025, 3, 1, 7, 59, 59, 999999),
    datetime(2025, 3, 1, 8),
    datetime(2025, 3, 15),
    datetime(2025, 3, 15, 0, 0, 0, 1),
    datetime(2025, 3, 14, 23, 59, 59, 999999),
    datetime(2025, 4, 1, 6, 59),
    datetime(2025, 4, 1, 7),
    datetime(2025, 3, 20, 7),
]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "app_id": st.sampled_from(["A1", "A2"]),
            "company_id": st.sampled_from(["C1", "C2"]),
            "occurred_at": st.sampled_from(MOMENTS),
            "http_method": st.sampled_from(["GET", "head", "Post", "OPTIONS"]),
            "response_code": st.sampled_from([200, 299, 300, 500]),
            "call_count": st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=12,
    # Ten rows or more, most of them bad, are refused as a whole.
).filter(lambda rows: len(rows) < 10 or sum(r["call_count"] < 1 for r in rows) * 2 <= len(rows))
PATHS = ("usage_events/1.parquet", "usage_events/2.parquet", "usage_events-3.csv")
INSTALLED = "installation_id,app_id,company_id,is_demo,installed_at,uninstalled_at\n"
APPS = "app_id,partner_id,name,kind,marketplace,first_launched_on\n"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("usage"), st.sampled_from(PATHS), st.integers(0, 2)),
        st.tuples(st.just("installed"), st.sampled_from(MOMENTS), st.sampled_from(MOMENTS)),
        st.tuples(st.just("launched"), st.sampled_from(["2025-03-15", "2025-03-20"])),
        st.tuples(st.just("as_of"), st.sampled_from(["2025-03-14", "2025-12-31"])),
        st.tuples(st.just("zone"), st.sampled_from(["UTC", "America/Los_Angeles"])),
        st.tuples(st.just("land")),
    ),
    min_size=1,
    max_size=9,
)


class Landed:
    """A landing zone and what a reader of this test would say lies in it."""

    def __init__(self, zone, contents):
        self.zone, self.contents, self.clock = zone, contents, 0
        self.newest = {}

    def received(self):
        self.clock += 1
        return f"2025-06-01T00:00:{self.clock:02}"

    def brings(self, number):
        """How many good rows a content has."""
        return sum(row["call_count"] >= 1 for row in self.contents[number])

    def usage(self, path, number):
        # Without a good row it is refused where there are some, as a test below says.
        if path in self.newest and self.brings(self.newest[path][0]) and not self.brings(number):
            return
        frame = pl.DataFrame(self.contents[number])
        held = io.BytesIO()
        if path.endswith(".csv"):
            frame.write_csv(held, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
        else:
            frame.write_parquet(held)
        if self.newest.get(path) == (number, held.getvalue()):
            return
        # Bytes that lay at a path before are known there: only newer ones are a new delivery.
        if (path, number) in self.__dict__.setdefault("taken", set()):
            return
        self.taken.add((path, number))
        self.newest[path] = (number, held.getvalue())
        self.zone.put(f"app_usage/{path}", held.getvalue(), self.received())
        self.zone.land()

    def installed(self, since, until):
        until = max(until, since + timedelta(seconds=1))
        text = f"{INSTALLED}I{self.clock},A1,C1,false,{since.isoformat()}Z,{until.isoformat()}Z\n"
        self.zone.put(f"app_usage/installations-{self.clock}.csv", text, self.received())

    def launched(self, day):
        text = f"{APPS}A2,P1,App,data_connector,commercial,{day}\n"
        self.zone.put(f"app_usage/apps-{self.clock}.csv", text, self.received())

    def as_of(self, day):
        self.zone.con.execute("update run.parameters set as_of = ?", [day])

    def zone_(self, name):
        self.zone.con.execute("update run.parameters set time_zone = ?", [name])

    def land(self):
        self.zone.land()

    def rows(self):
        """The good rows in force: the newest content of each path, the same bytes once."""
        once = {(number, path.endswith(".csv")) for path, (number, _) in self.newest.items()}
        rows = chain.from_iterable(self.contents[number] for number, _ in sorted(once))
        return [row for row in rows if row["call_count"] >= 1]


def edges_of(zone, name):
    """Each instant that anything in the warehouse begins or ends at, by (app, company)."""
    edges = defaultdict(set)
    for app, company, since, until in zone.rows(
        "select app_id, company_id, installed_at, uninstalled_at from landing.installations"
    ):
        edges[app, company] |= {since, until}
    days = zone.rows("select app_id, first_launched_on from landing.apps")
    days += zone.rows("select null, as_of + 1 from run.parameters")
    for app, day in days:
        local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name))
        edges[app, None].add(local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
    return edges


def side(edges, app, company, moment):
    """On which side of every edge that concerns it a moment lies."""
    mine = edges[app, company] | edges[app, None] | edges[None, None]
    return tuple(moment >= edge for edge in sorted(e for e in mine if e is not None))


def summed_by_hand(rows, edges, name):
    sums = defaultdict(lambda: [0, 0, 0, 0, datetime.max, datetime.min])
    for row in rows:
        moment, ok = row["occurred_at"], 200 <= row["response_code"] <= 299
        local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(name)).date()
        company, calls = row["company_id"] if ok else None, row["call_count"]
        key = row["app_id"], company, local.replace(day=1), ok
        held = sums[key, side(edges, row["app_id"], company, moment)]
        held[0] += 1
        held[1] += calls
        held[2] += calls * (row["http_method"].upper() in READS)
        held[3] += calls * (row["http_method"].upper() in WRITES)
        held[4], held[5] = min(held[4], moment), max(held[5], moment)
    return {key: tuple(value) for key, value in sums.items()}


def summed_by_parts(zone, edges):
    sums = defaultdict(lambda: [0, 0, 0, 0, datetime.max, datetime.min])
    for app, company, month, ok, *numbers, first, last in zone.rows(
        "select app_id, company_id, month, is_successful, feed_rows, calls, calls_read,"
        " calls_write, first_at, last_at from landing.usage_calls"
    ):
        assert side(edges, app, company, first) == side(edges, app, company, last)
        held = sums[(app, company, month, ok), side(edges, app, company, first)]
        held[:4] = [a + b for a, b in zip(held[:4], numbers, strict=True)]
        held[4], held[5] = min(held[4], first), max(held[5], last)
    return {key: tuple(value) for key, value in sums.items()}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(contents=st.lists(ROWS, min_size=3, max_size=3, unique_by=repr), steps=STEPS)
def test_parts_are_the_rows_in_force_whatever_came_in_whatever_order(
    tmp_path_factory, contents, steps
):
    landed = Landed(Zone(tmp_path_factory.mktemp("parts")), contents)
    for name, *rest in steps:
        getattr(landed, "zone_" if name == "zone" else name)(*rest)
    landed.land()
    zone = landed.zone
    ((name,),) = zone.rows("select time_zone from run.parameters")
    edges = edges_of(zone, name)
    by_parts = summed_by_parts(zone, edges)
    assert by_parts == summed_by_hand(landed.rows(), edges, name)
    # A warehouse that sees only what lies there now comes to the same.
    anew = Zone(zone.root.parent)
    anew.con.execute("update run.parameters set time_zone = ?", [name])
    anew.con.execute("update run.parameters set as_of = (select as_of from run.parameters)")
    anew.land()
    assert summed_by_parts(anew, edges_of(anew, name)) == summed_by_hand(
        landed.rows(), edges_of(anew, name), name
    )


def put(zone, file, *changes, received="2025-06-01T00:00:00"):
    path = zone.put(f"app_usage/{file}", b"", received)
    pl.DataFrame([{**ROW, **change} for change in changes]).write_parquet(path)
    return path


def calls(zone):
    return zone.rows("select _file, calls from landing.usage_calls order by all")


def test_new_bytes_at_a_path_that_equal_another_paths_replace_its_rows(zone):
    put(zone, "usage_events-a.parquet", {"call_count": 1}, received="2025-05-01T00:00:00")
    put(zone, "usage_events-b.parquet", {"call_count": 7}, received="2025-05-02T00:00:00")
    zone.land()
    put(zone, "usage_events-b.parquet", {"call_count": 1}, received="2025-05-03T00:00:00")
    zone.land()
    # The same bytes under two paths count once, and what b held before counts no more.
    assert calls(zone) == [("app_usage/usage_events-a.parquet", 1)]
    # When a goes on to other bytes, those that b still holds stand by themselves.
    put(zone, "usage_events-a.parquet", {"call_count": 5}, received="2025-05-04T00:00:00")
    assert zone.land().unavailable == ()
    assert calls(zone) == [
        ("app_usage/usage_events-a.parquet", 5),
        ("app_usage/usage_events-b.parquet", 1),
    ]
    assert zone.rows("select _file, call_count from landing.usage_events order by all") == calls(
        zone
    )
    zone.con.execute("update run.parameters set known_at = '2025-05-03T12:00:00'")
    attach_usage(zone.con)
    assert calls(zone) == [("app_usage/usage_events-a.parquet", 1)]


def test_a_header_only_file_replaces_no_rows_until_a_person_takes_it_in(zone):
    header = ",".join(ROW) + "\n"
    zone.put("app_usage/usage_events-1.csv", header, "2025-05-01T00:00:00")
    zone.put(
        "app_usage/usage_events-2.csv",
        f"{header}A1,C1,2025-03-10T00:00:00Z,GET,200,4\n",
        "2025-05-02T00:00:00",
    )
    zone.land()
    assert calls(zone) == [("app_usage/usage_events-2.csv", 4)]
    path = zone.put("app_usage/usage_events-2.csv", header, "2025-05-03T00:00:00")
    zone.land()
    assert calls(zone) == [("app_usage/usage_events-2.csv", 4)]
    assert zone.counts("app_usage/usage_events-2.csv")[0] == "refused"
    # Bytes that another path brought before replace the rows of this one all the same.
    record(zone.root, word_for(zone.root, path, "Ada", "nothing was called", None))
    zone.land()
    assert calls(zone) == []


@pytest.fixture
def read_again(monkeypatch):
    """The paths of files that were read again to cut their parts."""
    read = []
    exact = cuts.exact_path
    monkeypatch.setattr(cuts, "exact_path", lambda path: read.append(path) or exact(path))
    return read


def test_a_file_is_read_again_only_for_an_edge_that_is_new_to_it(zone, read_again):
    march = [{"occurred_at": datetime(2025, 3, day)} for day in (5, 10, 20)]
    april = [{"occurred_at": datetime(2025, 4, day)} for day in (5, 10, 20)]
    put(zone, "usage_events-03.parquet", *march)
    put(zone, "usage_events-04.parquet", *april, {"company_id": "C2"})
    zone.land()
    assert not read_again
    text = f"{INSTALLED}I1,A1,C1,false,2025-01-01T00:00:00Z,2025-03-10T00:00:00Z\n"
    zone.put("app_usage/installations-1.csv", text)
    zone.land()
    assert [path[-10:] for path in read_again] == ["03.parquet"]
    assert zone.rows(
        "select feed_rows, first_at, last_at from landing.usage_calls where _file like '%03.p%'"
        " order by first_at"
    ) == [(1, at("2025-03-05"), at("2025-03-05")), (2, at("2025-03-10"), at("2025-03-20"))]
    # A new month reads nothing that was there before, and neither does a run without news.
    read_again.clear()
    put(zone, "usage_events-05.parquet", {"occurred_at": datetime(2025, 5, 5)})
    zone.land()
    zone.land()
    assert not read_again


def test_files_that_a_warehouse_knows_without_their_sums_are_summed_by_the_next_landing(zone):
    put(zone, "usage_events-a.parquet", {"call_count": 3}, {"call_count": 0})
    zone.put(
        "app_usage/usage_events-b.csv", ",".join(ROW) + "\nA1,C1,2025-03-10T00:00:00Z,GET,200,4\n"
    )
    zone.land()
    before = zone.rows("select * from landing.usage_calls order by all")
    for table in ("usage_parts", "usage_built"):
        zone.con.execute(f"delete from landing.{table}")
    zone.land()
    assert zone.rows("select * from landing.usage_calls order by all") == before
    assert [number for _, number in calls(zone)] == [3, 4]
