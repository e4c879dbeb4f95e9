"""Values of the right form that no record can hold, in every format: quarantined, with a remedy."""

import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.deliveries.settings import Settings
from ingest.formats.map_store import Maps, MapText
from ingest.judging.possible import first_day, most_calls
from ingest.usage import csv_feed
from tests.ingest.usage_feed import HEADER, put

FIRST = date.fromisoformat(first_day())
NO_DAYS = ["0001-01-01", "1753-01-01", "1899-12-30", "1900-01-01"]
ENROLMENTS = "partner_id,program,application_completed_on,enrolled_on,ended_on\n"


def faults(zone, where="true"):
    return zone.rows(
        'select "column", value, rule, message from landing.quarantine'
        f' where "row" is not null and {where} order by all'
    )


@pytest.mark.parametrize("day", NO_DAYS)
def test_a_day_that_stands_for_no_day_costs_its_row_and_says_what_to_do(zone, day):
    zone.put(
        "partner_activity/enrollments.csv",
        f"{ENROLMENTS}P1,reseller,2025-01-01,2025-01-02,\nP2,reseller,2025-01-01,{day},\n"
        f"P3,reseller,{day},2025-01-02,\n",
    )
    zone.land()
    assert zone.rows("select partner_id from landing.enrollments") == [("P1",)]
    (optional, required) = faults(zone)
    assert optional[:3] == ("application_completed_on", day, "too_early")
    assert required[:3] == ("enrolled_on", day, "too_early")
    assert f"'{day}' lies before {first_day()}" in required[3] and "write the day" in required[3]
    assert "leave it empty" in optional[3]


@pytest.mark.parametrize("day", [first_day(), "1970-01-01", "1993-04-05"])
def test_old_days_are_days(zone, day):
    row = f"P1,reseller,{day},{day},9999-12-31\n"
    zone.put("partner_activity/enrollments.csv", f"{ENROLMENTS}{row}")
    zone.land()
    assert faults(zone) == []
    assert zone.rows("select ended_on from landing.enrollments") == [(date(9999, 12, 31),)]


def rows_as(kind: str, rows: list[dict]) -> bytes:
    if kind == "json":
        return json.dumps(rows, default=str).encode()
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["json", "parquet"])
def test_other_formats_say_the_same(zone, kind):
    row = {"partner_id": "P2", "successor_id": "P1", "effective_on": date(1, 1, 1)}
    zone.put(f"partner_activity/partner_successions.{kind}", rows_as(kind, [row]))
    zone.land()
    assert [fault[:3] for fault in faults(zone)] == [("effective_on", "0001-01-01", "too_early")]


MOMENTS = ["0001-01-01T00:00:00Z", "0001-01-01", "1899-12-30 12:00", "1900-01-01T00:00:00.000Z"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_of_no_registration_ends_no_landing(zone, moment):
    zone.put(
        "deal_registration/registrations.csv",
        "registration_id,partner_id,customer_name,submitted_at,via_form,is_renewal\n"
        f"R1,P1,Acme,{moment},true,false\nR2,P1,Bolt,2025-03-01T09:00:00Z,true,false\n",
    )
    zone.land()
    assert [fault[:3] for fault in faults(zone)] == [("submitted_at", moment, "too_early")]
    assert zone.rows("select registration_id from landing.registrations") == [("R2",)]


MAP = """
id: theirs
title: theirs
entity: partner_successions
header: [old, new, at]
columns:
  partner_id: old
  successor_id: new
  effective_on: {from: at, %s}
"""


@pytest.mark.parametrize(
    ("how", "written"),
    [
        ("format: '%d/%m/%Y'", "01/01/0001"),
        ("format: '%Y-%m-%dT%H:%M:%SZ', moment: true", "0001-01-01T00:00:00Z"),
        ("day_before: true", "0001-01-01"),
        ("format: epoch_ms", "-62135596800000"),
    ],
)
def test_a_column_map_leads_to_the_same_rule(zone, how, written):
    zone.put("partner_activity/partner_successions.csv", f"old,new,at\nP2,P1,{written}\n")
    zone.land(maps=Maps((MapText("theirs.yaml", MAP % how),)))
    assert [(rule, value) for _, value, rule, _ in faults(zone)] == [("too_early", "0001-01-01")]


def usage(*rows: tuple[str, object]) -> str:
    return HEADER + "".join(f"A1,C{n},{at},GET,200,{c}\n" for n, (at, c) in enumerate(rows))


GOOD = "2025-01-05T10:00:00Z"


@pytest.mark.parametrize("big", [False, True])
def test_the_feed_has_the_same_bounds_as_csv(zone, monkeypatch, big):
    monkeypatch.setattr(csv_feed, "BIG", 0 if big else csv_feed.BIG)
    rows = [(GOOD, most_calls()), ("0001-01-01T00:00:00Z", 1), (GOOD, most_calls() + 1)]
    zone.put("app_usage/usage_events.csv", usage(*rows))
    zone.land()
    assert zone.rows("select company_id from landing.usage_events") == [("C0",)]
    many, early = faults(zone)
    assert early[:3] == ("occurred_at", "0001-01-01T00:00:00Z", "too_early")
    assert many[:3] == ("call_count", str(most_calls() + 1), "call_count")
    assert f"'{most_calls() + 1}' is above {most_calls()}" in many[3]


@pytest.mark.parametrize("kind", [datetime, str, date])
def test_the_feed_has_the_same_bounds_as_parquet(zone, kind):
    written = {
        datetime: datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        str: "0001-01-01T00:00:00Z",
        date: date(1, 1, 1),
    }
    good = {datetime: datetime(2025, 1, 5), str: GOOD, date: date(2025, 1, 5)}
    put(
        zone,
        "usage_events-1.parquet",
        {"occurred_at": good[kind]},
        {"occurred_at": written[kind]},
        {"occurred_at": good[kind], "call_count": most_calls() + 1},
    )
    zone.land()
    assert zone.rows("select count(*) from landing.usage_events") == [(1,)]
    many, early = faults(zone)
    assert early[2] == "too_early" and "0001-01-01" in early[3]
    assert many[2] == "call_count" and f"'{most_calls() + 1}' is above" in many[3]


def test_what_landed_before_the_bounds_is_judged_again(zone, monkeypatch, tmp_path):
    """A corrected row has another key where the day is part of it, so nothing else would help."""
    from ingest.deliveries import settings

    before = Settings().fingerprint("partner_activity")
    other = tmp_path / "bounds.yaml"
    other.write_text("first_day: 1800-01-01\n")
    monkeypatch.setattr(settings, "BOUNDS_FILE", other)
    assert Settings().fingerprint("partner_activity") != before


@pytest.mark.parametrize("stored", [0, 1])
def test_a_spreadsheets_null_day_in_a_workbook(zone, tmp_path, stored):
    from orchestration.cli.app import run

    made = tmp_path / "template.xlsx"
    assert run(["template", str(made), "--partner", "P1", "--month", "2025-03"]) == 0
    book = openpyxl.load_workbook(made)
    sheet = book["Subscriptions"]
    header = [cell.value for cell in sheet[1]]
    values = {
        "line_id": "L1",
        "line_type": "new",
        "subscription_id": "S1",
        "customer_name": "Acme",
        "term_start": stored,
        "term_end": datetime(2025, 12, 31),
        "amount": 1200,
        "currency": "USD",
    }
    for place, name in enumerate(header, start=1):
        sheet.cell(2, place).value = values.get(name)
    sheet.cell(2, header.index("term_start") + 1).number_format = "yyyy-mm-dd"
    book.save(made)
    zone.put("reseller_reports/march.xlsx", made.read_bytes())
    zone.land()
    (fault,) = faults(zone)
    assert fault[0] == "term_start" and fault[2] in ("too_early", "date")
