"""Files of usage that replace one another, are none, or come in parts."""

from datetime import date, datetime

import polars as pl
import pytest

from ingest.usage import csv_feed
from ingest.usage.view import attach_usage
from tests.ingest.usage_feed import HEADER, ROW, events, months, put


def test_new_bytes_at_a_path_replace_its_rows_and_other_paths_add(zone):
    put(zone, "usage_events-a.parquet", {"company_id": "old"}, received="2025-05-01T00:00:00")
    put(zone, "usage_events-b.parquet", {"company_id": "other"}, received="2025-05-01T00:00:00")
    zone.land()
    put(
        zone,
        "usage_events-a.parquet",
        {"company_id": "new", "occurred_at": datetime(2025, 4, 9)},
        received="2025-05-02T00:00:00",
    )
    zone.land()
    assert [row[0] for row in events(zone)] == ["new", "other"]
    # March is covered by the other path alone now.
    assert months(zone) == [
        (date(2025, 3, 1), "app_usage/usage_events-b.parquet"),
        (date(2025, 4, 1), "app_usage/usage_events-a.parquet"),
    ]


def test_csv_at_a_path_is_replaced_too_and_known_at_goes_back(zone):
    row = "A1,{},2025-03-10T00:00:00Z,GET,200,1\n"
    zone.put("app_usage/usage_events-a.csv", HEADER + row.format("old"), "2025-05-01T00:00:00")
    zone.land()
    zone.put("app_usage/usage_events-a.csv", HEADER + row.format("new") * 2, "2025-05-02T00:00:00")
    put(zone, "usage_events-b.parquet", {"company_id": "late"}, received="2025-05-03T00:00:00")
    zone.land()
    # Rows are never duplicates of each other.
    assert [row[0] for row in events(zone)] == ["late", "new", "new"]
    zone.con.execute("update run.parameters set known_at = timestamp '2025-05-01 12:00:00'")
    attach_usage(zone.con)
    assert [row[0] for row in events(zone)] == ["old"]
    assert months(zone) == [(date(2025, 3, 1), "app_usage/usage_events-a.csv")]


def test_equal_bytes_at_another_path_add_nothing(zone):
    put(zone, "usage_events-a.parquet", {}, received="2025-05-01T00:00:00")
    put(zone, "usage_events-b.parquet", {}, received="2025-05-02T00:00:00")
    zone.land()
    assert len(events(zone)) == 1
    assert zone.counts("app_usage/usage_events-b.parquet") == ("duplicate", 1, 0, 0, 1)


def test_overwritten_or_missing_parquet_is_named_and_not_misread(zone):
    put(zone, "usage_events-a.parquet", {"company_id": "old"}, received="2025-05-01T00:00:00")
    zone.land()
    put(zone, "usage_events-a.parquet", {"company_id": "new"}, received="2025-05-02T00:00:00")
    gone = put(zone, "usage_events-b.parquet", {}, received="2025-05-01T00:00:00")
    zone.land()
    gone.unlink()
    assert zone.land().unavailable == ("app_usage/usage_events-b.parquet",)
    assert [row[0] for row in events(zone)] == ["new"]
    zone.con.execute("update run.parameters set known_at = timestamp '2025-05-01 12:00:00'")
    assert set(attach_usage(zone.con).unavailable) == {
        "app_usage/usage_events-a.parquet",
        "app_usage/usage_events-b.parquet",
    }
    assert events(zone) == []


def test_bytes_that_come_back_are_not_read_in_the_name_of_others(zone):
    old = {"company_id": "old"}
    put(zone, "usage_events-a.parquet", old, received="2025-05-01T00:00:00")
    zone.land()
    put(zone, "usage_events-a.parquet", {"company_id": "new"}, received="2025-05-02T00:00:00")
    zone.land()
    put(zone, "usage_events-a.parquet", old, received="2025-05-03T00:00:00")
    # Known bytes change nothing: the newer ones are in force, and are not there any more.
    assert zone.land().unavailable == ("app_usage/usage_events-a.parquet",)
    assert events(zone) == []
    zone.con.execute("update run.parameters set known_at = timestamp '2025-05-01 12:00:00'")
    attach_usage(zone.con)
    assert [row[0] for row in events(zone)] == ["old"]


def test_a_landing_zone_that_moved_is_read_where_it_is(zone, tmp_path):
    put(zone, "usage_events-a.parquet", {})
    zone.land()
    zone.root = zone.root.rename(tmp_path / "elsewhere")
    report = zone.land()
    assert (report.new_deliveries, report.unavailable) == (0, ())
    assert len(events(zone)) == 1


def test_header_only_files_cover_the_month_in_their_name(zone):
    zone.put("app_usage/usage_events-2025-01.csv", HEADER, "2025-02-01T00:00:00")
    # The same bytes once more, and still another month.
    zone.put("app_usage/usage_events-2025-02.csv", HEADER, "2025-03-01T00:00:00")
    zone.put("app_usage/usage_events/usage_events-2025-03.csv", HEADER, "2025-04-01T00:00:00")
    zone.put("app_usage/usage_events/2025-04.csv", HEADER, "2025-05-01T00:00:00")
    zone.put("app_usage/usage_events-2025-13.csv", HEADER, "2025-05-02T00:00:00")
    empty = pl.DataFrame([ROW]).clear()
    empty.write_parquet(zone.put("app_usage/usage_events-2025-06.parquet", b""))
    zone.land()
    assert [str(month) for month, _ in months(zone)] == [
        "2025-01-01",
        "2025-02-01",
        "2025-03-01",
        "2025-06-01",
    ]
    assert zone.counts("app_usage/usage_events-2025-02.csv") == ("duplicate", 0, 0, 0, 0)


def test_paths_are_data(zone):
    put(zone, "usage_events/year=2025/it's [odd]*?.parquet", {})
    put(zone, "usage_events/year=2025/a*.parquet", {"company_id": "C2"})
    put(zone, "usage_events/year=2025/ab.parquet", {"company_id": "C3"})
    zone.land()
    # As a pattern the second name would read the third file too.
    assert [row[0] for row in events(zone)] == ["C1", "C2", "C3"]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all" * 10])
def test_parquet_that_is_none_is_refused_and_the_rest_stays(zone, content):
    put(zone, "usage_events-a.parquet", {})
    zone.put("app_usage/usage_events-b.parquet", content)
    zone.land()
    assert zone.counts("app_usage/usage_events-b.parquet")[0] == "refused"
    assert len(events(zone)) == 1


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("", ("accepted", 500, 500, 0, 0)),
        (
            "A1,C1,2025-03-10,GET,200,0\nA1,C1\n\nA1,C1,2025-03-10,GET,200,x\n",
            ("accepted", 503, 500, 3, 0),
        ),
        ("A1,C1,2025-03-10,GET,200,0\n", ("accepted", 501, 500, 1, 0)),
        ('A1,"C,2",2025-03-10,GET,200,1\n', ("accepted", 501, 501, 0, 0)),
        ("A1,C1,x,GET,200,1\n" * 501, ("refused", 1001, 0, 1001, 0)),
        ('A1,"never closed,2025-03-10,GET,200,1\n', ("refused", 0, 0, 0, 0)),
    ],
)
def test_big_csv_is_read_in_parts_to_the_same_end(zone, monkeypatch, bad, expected):
    monkeypatch.setattr(csv_feed, "BIG", 100)
    monkeypatch.setattr(csv_feed, "PART_ROWS", 40)
    row = "A1,C1,2025-03-10T08:00:00+01:00,GET,200,2\n"
    zone.put("app_usage/usage_events-1.csv", HEADER + row * 500 + bad)
    zone.land()
    assert zone.counts("app_usage/usage_events-1.csv") == expected
    assert len(events(zone)) == expected[2]
    bad_rows = zone.rows('select count(distinct "row") from landing.quarantine')[0][0]
    assert bad_rows == (501 if expected[1] == 1001 else expected[3])
    if expected[2]:
        assert events(zone, "distinct month(occurred_at), hour(occurred_at)")[-1] == (3, 7)
        assert months(zone)[0][0] == date(2025, 3, 1)
    if "\n\n" in bad:
        # Places as a spreadsheet shows them, whichever part a row was read in.
        assert zone.rules() == [
            (502, "call_count", "call_count"),
            (503, None, "fields"),
            (505, "call_count", "int"),
        ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(("end", "status"), [("", "refused"), ("\n", "accepted")])
def test_big_csv_that_was_cut_is_refused_as_a_small_one_is(
    zone, monkeypatch, encoding, end, status
):
    monkeypatch.setattr(csv_feed, "PART_ROWS", 10)
    rows = "A1,C1,2025-03-10,GET,200,2\n" * 20 + f"A1,C1,2025-0{end}"
    for big in (100, 8 << 20):
        monkeypatch.setattr(csv_feed, "BIG", big)
        file = f"app_usage/usage_events-{big}.csv"
        zone.put(file, f"{HEADER}A1,C{big},2025-03-10,GET,200,2\n{rows}".encode(encoding))
        zone.land()
        assert zone.counts(file)[0] == status
        if status == "refused":
            rules = {rule for row, _, rule in zone.rules(file) if row is None}
            assert rules == {"truncated"}
