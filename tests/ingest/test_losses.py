"""Deliveries that take away most of what was there are refused, however the bytes were lost."""

import io
import json
from datetime import UTC, datetime, timedelta

import openpyxl
import polars as pl
import pytest

from ingest.deliveries.acceptances import record, word_for
from ingest.expectations import landed_checks
from ingest.formats.template import write_template
from ingest.judging.contract import entities, entity
from ingest.usage import csv_feed
from tests.ingest.zone import Zone

SHARE = {"share": "0.5", "minimum_rows": "10", "minimum_lines": "4"}
HEADER = "app_id,company_id,occurred_at,http_method,response_code,call_count\n"


@pytest.fixture
def judged(tmp_path):
    """A zone whose policy refuses what leaves less than half of 10 rows, or of 4 lines."""
    zone = Zone(tmp_path)
    for parameter, value in SHARE.items():
        zone.con.execute(
            "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
            [f"ingest.shrunken_{parameter}", value],
        )
    return zone


def calls(count, first=datetime(2025, 3, 1, 12), app="A{}", step=timedelta(hours=1)):
    """Rows of the feed, two apps in turn, an hour apart."""
    return [(app.format(i % 2), f"C{i % 7}", first + i * step, "GET", 200, 1) for i in range(count)]


def as_csv(rows):
    return HEADER + "".join(
        f"{a},{c},{t:%Y-%m-%dT%H:%M:%SZ},{m},{code},{n}\n" for a, c, t, m, code, n in rows
    )


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


def deliver(zone, file, *contents):
    """The same path again and again, a landing each."""
    for day, content in enumerate(contents, start=1):
        zone.put(file, content, f"2025-06-{day:02d}T00:00:00")
        zone.land()
    return zone.counts(file)


def in_force(zone):
    """Rows of the feed, summed, by month."""
    return zone.rows(
        "select strftime(month, '%Y-%m'), sum(feed_rows)::int from landing.usage_calls"
        " group by 1 order by 1"
    )


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
    # A list without an object has no columns either.
    rule = "required_column" if (ending, left) == ("json", 0) else "shrunken"
    assert (None, None, rule) in judged.rules(file)
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
    (told,) = judged.rows('select message from landing.quarantine where "row" is null')
    assert "month 2025-03 at this path had 40 good rows" in told[0]
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


ROWS = {
    spec.name: spec
    for spec in entities()
    if spec.name not in ("usage_events", "api_call_activity", "fx_rates")
}
VALUES = {
    "text": "T{}",
    "date": "2025-03-01",
    "timestamp": "2025-03-01T10:00:00Z",
    "month": "2025-03",
    "quarter": "2025-Q1",
    "bool": "true",
    "int": "7",
    "money": "10",
    "decimal": "1",
    "iso4217": "USD",
}


def rows_of(spec, count):
    """Good rows of an entity, with keys of their own."""

    def value(column, number):
        if column.name == "declares_no_sales":
            return "false"
        if column.kind == "enum":
            return column.choices[0]
        if column.name in spec.key and column.kind in ("date", "timestamp"):
            return (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)).strftime(
                "%Y-%m-%d" if column.kind == "date" else "%Y-%m-%dT%H:%M:%SZ"
            )
        if column.name in ("partner_id", "report_month") and spec.source == "reseller_reports":
            return "P1" if column.name == "partner_id" else "2025-03"
        return VALUES[column.kind].format(number)

    return [{c.name: value(c, i) for c in spec.columns if not c.optional} for i in range(count)]


def entity_csv(rows):
    return ",".join(rows[0]) + "\n" + "".join(",".join(r.values()) + "\n" for r in rows)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_every_entity_keeps_what_it_has_when_a_file_comes_cut(judged, name):
    spec = ROWS[name]
    rows = rows_of(spec, 24)
    file = f"{spec.source}/{name}/all.csv"
    status, read, accepted, *_ = deliver(judged, file, entity_csv(rows))
    if name == "reports":  # one key: the last counts, and all are accepted
        assert (status, accepted) == ("accepted", 1)
        return
    assert (status, read, accepted) == ("accepted", 24, 24)
    cut = entity_csv(rows[:5])
    assert deliver(judged, file, entity_csv(rows), cut)[:3] == ("refused", 5, 0)
    judged.put(file, entity_csv(rows).splitlines()[0] + "\n", "2025-07-01T00:00:00")
    judged.land()
    assert judged.counts(file)[0] == "refused"
    assert judged.rows(f"select count(*) from landing.{name}") == [(24,)]


def lines(count, partner="P1", month="2025-03", first=0):
    return [
        r | {"partner_id": partner, "report_month": month, "line_id": f"L{i + first}"}
        for i, r in enumerate(rows_of(ROWS["subscription_lines"], count))
    ]


def test_a_resellers_month_that_another_path_would_replace_by_less_is_kept(judged):
    folder = "reseller_reports/subscription_lines"
    judged.put(f"{folder}/one.csv", entity_csv(lines(6)), "2025-06-01T00:00:00")
    judged.land()
    few = f"{folder}/two.csv"
    judged.put(few, entity_csv(lines(2) + lines(9, "P2")), "2025-06-02T00:00:00")
    judged.land()
    assert judged.counts(few)[0] == "refused"
    (told,) = judged.rows('select message from landing.quarantine where "row" is null')
    assert "P1's report of 2025-03 had 6 good rows and this delivery leaves 2" in told[0]
    # Of few lines a correction takes what it takes, and half is not most.
    third = f"{folder}/three.csv"
    judged.put(third, entity_csv(lines(3)), "2025-06-03T00:00:00")
    judged.land()
    fourth = f"{folder}/four.csv"
    judged.put(fourth, entity_csv(lines(1)), "2025-06-04T00:00:00")
    judged.land()
    assert [judged.counts(f)[0] for f in (third, fourth)] == ["accepted", "accepted"]


def book(tmp_path, count, no_sales=False):
    path = tmp_path / "book.xlsx"
    write_template(path, "P1", "2025-03")
    loaded = openpyxl.load_workbook(path)
    sheet = loaded["Subscriptions"]
    header = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(lines(count), start=2):
        for column, value in row.items():
            if column in header:
                sheet.cell(number, header[column]).value = value
    if no_sales:
        cover = {str(c.value).strip(): c for row in loaded["Cover"].iter_rows() for c in row}
        place = cover["declares_no_sales"]
        loaded["Cover"].cell(place.row + 1, place.column).value = "true"
    loaded.save(path)
    return path.read_bytes()


@pytest.mark.parametrize(("left", "status"), [(2, "refused"), (0, "refused"), (7, "accepted")])
def test_a_workbook_that_lost_its_lines(judged, tmp_path, left, status):
    file = "reseller_reports/workbook/march.xlsx"
    deliver(judged, file, book(tmp_path, 12), book(tmp_path, left))
    rows = judged.rows(
        "select distinct status from landing.deliveries"
        " where file = ? and received_at > '2025-06-01T12:00:00'",
        file,
    )
    assert rows == [(status,)]


def test_what_a_person_takes_in_lands_and_is_the_measure_of_the_next(judged):
    file = "app_usage/usage_events/usage_events-2025-03.csv"
    assert deliver(judged, file, as_csv(calls(384)), as_csv(calls(59)))[0] == "refused"
    record(judged.root, word_for(judged.root, judged.root / file, "Ada", "a test app", None))
    judged.land()
    assert in_force(judged) == [("2025-03", 59)]
    judged.put(file, as_csv(calls(45)), "2025-06-09T00:00:00")
    judged.land()
    assert judged.counts(file)[0] == "accepted"
    # Judged anew, all three come to the same.
    before = judged.rows("select file, status, rows_read from landing.deliveries order by all")
    judged.con.execute("update landing.judged_under set fingerprint = 'another policy'")
    judged.land()
    assert (
        judged.rows("select file, status, rows_read from landing.deliveries order by all") == before
    )


def test_judged_anew_in_one_landing_all_come_to_the_same(judged):
    contents = [calls(100), calls(30), calls(90), calls(40), calls(50)]
    file = "app_usage/usage_events/usage_events-2025-03.csv"
    deliver(judged, file, *map(as_csv, contents))
    expected = judged.rows("select rows_read, status from landing.deliveries order by received_at")
    assert [s for _, s in expected] == ["accepted", "refused", "accepted", "refused", "accepted"]
    judged.con.execute("update landing.judged_under set fingerprint = 'another policy'")
    judged.land()
    assert (
        judged.rows("select rows_read, status from landing.deliveries order by received_at")
        == expected
    )
