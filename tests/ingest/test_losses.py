"""Deliveries that take away most of what was there are refused, however the bytes were lost."""

import io
import json
from datetime import datetime

import polars as pl
import pytest

from ingest.expectations import landed_checks
from ingest.judging.contract import entity
from ingest.usage import csv_feed
from tests.ingest.lossy import HEADER, as_csv, calls, deliver, in_force


def as_parquet(rows):
    out = io.BytesIO()
    names = entity("usage_events").required
    schema = pl.DataFrame(calls(1), names, orient="row").schema
    pl.DataFrame(rows, schema, orient="row").write_parquet(out)
    return out.getvalue()


def as_json(rows):
    names = entity("usage_events").required
    return json.dumps([dict(zip(names, r, strict=True)) for r in rows], default=str)


FORMATS = {"csv": as_csv, "parquet": as_parquet, "json": as_json}


def covered(zone):
    return zone.rows("select strftime(month, '%Y-%m') from landing.covered_months order by 1")


@pytest.mark.parametrize("ending", sorted(FORMATS))
@pytest.mark.parametrize("left", [59, 0])
def test_usage_cut_at_a_rows_end_or_emptied_leaves_the_good_rows(judged, ending, left):
    whole, write = calls(384), FORMATS[ending]
    file = f"app_usage/usage_events/usage_events-2025-03.{ending}"
    status, read, accepted, quarantined, _ = deliver(
        judged, file, write(whole), write(whole[:left])
    )
    assert (status, read, accepted, quarantined) == ("refused", left, 0, left)
    assert sum(rows for _, rows in in_force(judged)) == 384
    assert covered(judged) == [("2025-03",)]
    assert (None, None, "shrunken") in judged.rules(file)
    assert all(check.passed for check in landed_checks(judged.con))


def test_a_big_csv_that_lost_rows_or_whose_body_was_never_written(judged, monkeypatch):
    monkeypatch.setattr(csv_feed, "BIG", 1000)
    whole = calls(384)
    file = "app_usage/usage_events/usage_events-2025-03.csv"
    status, *_ = deliver(judged, file, as_csv(whole), as_csv(whole[:100]))
    assert status == "refused"
    hollow = (HEADER + "\0" * 9_000_000).encode()
    judged.put(file, hollow, "2025-06-05T00:00:00")
    judged.put("app_usage/usage_events/usage_events-2025-05.csv", hollow, "2025-06-05T00:00:01")
    judged.put(
        "app_usage/usage_events/usage_events-2025-06.csv",
        HEADER + "\n" * 900_000,
        "2025-06-05T00:00:02",
    )
    judged.land()
    for month in ("03", "05", "06"):
        name = f"app_usage/usage_events/usage_events-2025-{month}.csv"
        assert judged.counts(name)[0] == "refused"
        assert (None, None, "truncated") in judged.rules(name)
    assert covered(judged) == [("2025-03",)]
    assert sum(rows for _, rows in in_force(judged)) == 384


@pytest.mark.parametrize("ending", ["csv", "json"])
@pytest.mark.parametrize("where", ["end", "middle", "all"])
def test_a_hole_of_zero_bytes_refuses_a_text_file_of_any_entity(judged, ending, where):
    rows = [{"account_id": f"A{i}", "name": f"Name {i}"} for i in range(2000)]
    text = (
        json.dumps(rows)
        if ending == "json"
        else "account_id,name\n" + "".join(f"{r['account_id']},{r['name']}\n" for r in rows)
    )
    data = bytearray(text.encode())
    begin, end = {"end": (4096, None), "middle": (4096, 8192), "all": (0, None)}[where]
    data[begin:end] = bytes(len(data[begin:end]))
    judged.put(f"crm/accounts.{ending}", bytes(data))
    judged.land()
    assert judged.counts(f"crm/accounts.{ending}")[0] == "refused"


def test_a_month_or_an_app_that_loses_its_rows_is_named_though_the_file_is_as_long(judged):
    march, april = calls(40), calls(40, datetime(2025, 4, 5))
    file = "app_usage/usage_events/feed.csv"
    assert deliver(judged, file, as_csv(march), as_csv(april))[0] == "refused"
    (refusal,) = judged.rows('select message from landing.quarantine where "row" is null')
    assert "month 2025-03 at this path had 40 good rows" in refusal[0]
    other = "app_usage/usage_events/other.csv"
    mixed = [*calls(20, app="B"), *calls(40, app="A")]
    renamed = [*calls(20, app="C"), *calls(40, app="A")]
    assert deliver(judged, other, as_csv(mixed), as_csv(renamed))[0] == "refused"
    message = judged.rows(
        "select message from landing.quarantine join landing.deliveries using (delivery_id)"
        ' where "row" is null and file = ?',
        other,
    )[0][0]
    assert "app B at this path had 20 good rows and this delivery leaves 0" in message


def test_parquet_in_force_keeps_its_sums_when_a_cut_file_lies_over_it(judged):
    file = "app_usage/usage_events/usage_events-2025-03.parquet"
    assert deliver(judged, file, as_parquet(calls(384)), as_parquet(calls(59)))[0] == "refused"
    assert judged.land().unavailable == (file,)
    assert in_force(judged) == [("2025-03", 384)]
    # An edge inside a sum that can't be read again: the sum is no longer sure, and is left out.
    judged.put(
        "app_usage/installations.csv",
        "installation_id,app_id,company_id,is_demo,installed_at,uninstalled_at\n"
        "I1,A0,C0,false,2025-03-05T00:00:00Z,\n",
        "2025-06-20T00:00:00",
    )
    judged.land()
    assert (in_force(judged), covered(judged)) == ([], [])
    assert all(check.passed for check in landed_checks(judged.con))
    # The good file put back, all is as it was; the cut one is refused as ever.
    judged.put(file, as_parquet(calls(384)), "2025-06-21T00:00:00")
    assert judged.land().unavailable == ()
    assert in_force(judged) == [("2025-03", 384)]


def test_a_growing_or_slightly_shorter_feed_lands(judged):
    file = "app_usage/usage_events/usage_events-2025-03.csv"
    status, *_ = deliver(judged, file, as_csv(calls(100)), as_csv(calls(60)), as_csv(calls(300)))
    assert status == "accepted"
    assert in_force(judged) == [("2025-03", 300)]
