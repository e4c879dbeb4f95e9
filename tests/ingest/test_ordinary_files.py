"""Files as databases, spreadsheets and jobs write them every day: read as what they say."""

import io
import re
import tempfile
import uuid
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.ingest.formats.books import filled, line, with_parts

LINES = (
    "partner_id,report_month,line_id,line_type,subscription_id,customer_name,term_start,term_end,"
    "amount,currency\n"
)
TABLE = (
    "id,account_id,close_date,created_date,is_closed,is_deleted,is_won,stage_name,type,"
    "lead_source,amount\n"
)
WORDS = [
    ("true", "false"),
    ("t", "f"),
    ("1", "0"),
    ("Yes", "No"),
    ("Y", "N"),
    ("on", "off"),
    ("WAHR", "FALSCH"),
    ("VRAI", "FAUX"),
    ("VERO", "FALSO"),
    ("VERDADERO", "FALSO"),
    ("checked", "unchecked"),
    ("1.0", "0.0"),
    ("ja", "nein"),
]


def parquet(**columns) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize(("yes", "no"), WORDS)
def test_truth_values_in_every_word_in_filters_and_columns(zone, yes, no):
    day, made = "2025-03-31 00:00:00", "2025-01-05 17:00:00"
    rows = [
        f"won,1A,{day},{made},{yes},{no},{yes},x,New Business,Partner,50000",
        f"open,1A,{day},{made},{no},{no},{no},x,New Business,Partner,70000",
        f"gone,1A,{day},{made},{yes},{yes},{yes},x,New Business,Partner,24000000",
        f"lost,1A,{day},{made},{yes},{no},{no},x,New Business,Partner,9000",
    ]
    zone.put("crm/opportunities.csv", TABLE + "\n".join(rows) + "\n")
    zone.land()
    found = zone.rows(
        "select opportunity_id, closed_on, is_won from landing.opportunities order by 1"
    )
    closed = date(2025, 3, 31)
    assert found == [("lost", closed, False), ("open", None, None), ("won", closed, True)]


def test_what_is_no_truth_value_in_a_filter_is_a_fault_of_its_row(zone):
    day, made = "2025-03-31 00:00:00", "2025-01-05 17:00:00"
    rows = [
        f"A,1A,{day},{made},t,perhaps,t,x,New Business,Partner,1",
        f"B,1A,{day},{made},maybe,f,t,x,New Business,Partner,1",
        f"C,1A,{day},{made},t,f,t,x,New Business,Partner,1",
    ]
    zone.put("crm/opportunities.csv", TABLE + "\n".join(rows) + "\n")
    zone.land()
    assert zone.counts("crm/opportunities.csv") == ("accepted", 3, 1, 2, 0)
    assert {(row, rule) for row, _, rule in zone.rules()} == {(2, "bool"), (3, "bool")}
    assert zone.rows("select opportunity_id from landing.opportunities") == [("C",)]


def test_numbers_that_a_spreadsheet_computed(zone):
    amounts = [
        "118818.40000000001",
        "59.970000000000006",
        "0.30000000000000004",
        "99.999999999999986",
    ]
    rows = [
        f"P,2025-03,L{n},new,S{n},C,2025-03-01,2026-02-28,{amount},USD"
        for n, amount in enumerate(amounts)
    ]
    zone.put("reseller_reports/subscription_lines.csv", LINES + "\n".join(rows) + "\n")
    zone.land()
    found = zone.rows("select amount from landing.subscription_lines order by line_id")
    assert [a for (a,) in found] == [Decimal(n) for n in ("118818.4", "59.97", "0.3", "100")]


def test_rows_of_empty_cells_are_no_rows(zone):
    row = "P,2025-03,L1,new,S,C,2025-03-01,2026-02-28,{},USD\n"
    zone.put(
        "reseller_reports/subscription_lines-1.csv", LINES + row.format(1), "2025-06-01T00:00:00"
    )
    ghost = "," * 9 + "\n"
    zone.put(
        "reseller_reports/subscription_lines-2.csv",
        LINES + row.format(2) + ghost + " , \t,,,,,,,,\n" + ",,\n",
        "2025-06-02T00:00:00",
    )
    zone.put("crm/accounts.json", '[{"account_id": "A", "name": "x"}, {"account_id": null}, {}]')
    ghosts = {"account_id": ["B", None], "name": ["y", None]}
    zone.put("crm/accounts.parquet", parquet(**ghosts))
    zone.land()
    assert zone.counts("reseller_reports/subscription_lines-2.csv") == ("accepted", 1, 1, 0, 0)
    # The correction replaces the report before it: its ghost rows are no faults.
    assert zone.rules() == []
    assert zone.counts("crm/accounts.json") == ("accepted", 1, 1, 0, 0)
    assert zone.counts("crm/accounts.parquet") == ("accepted", 1, 1, 0, 0)


def test_a_declared_separator_is_no_header(zone):
    zone.put("crm/accounts-1.csv", "sep=;\r\naccount_id;name\r\nA1;x,y\r\nA2\r\n")
    zone.put("crm/accounts-2.csv", b"\xef\xbb\xbfSEP=\t\naccount_id\tname\nA3\tz\n")
    zone.land()
    rows = zone.rows("select account_id, name, _row from landing.accounts order by 1")
    assert rows == [("A1", "x,y", 2), ("A3", "z", 2)]
    assert [row for row, _, _ in zone.rules("crm/accounts-1.csv")] == [3]


def test_what_jobs_leave_beside_their_files_is_no_delivery(zone):
    zone.put("crm/accounts/part-0.csv", "account_id,name\nA1,x\n")
    for name in ("_SUCCESS", "_metadata", "_common_metadata", "_committed_123", "Thumbs.db"):
        zone.put(f"crm/accounts/{name}", b"")
    zone.put("crm/accounts/_temporary/0/part-1.csv", "account_id,name\nA2,half\n")
    report = zone.land()
    assert [d.file for d in report.deliveries] == ["crm/accounts/part-0.csv"]


@pytest.mark.parametrize("padding", ["", ",,,,,,,,,,"])
def test_a_report_s_footer_filled_up_with_empty_cells(zone, padding):
    header = (
        "Opportunity ID,Account ID,Type,Lead Source,Created Date,Close Date,Closed,Won,Amount,"
        "Amount Currency,Description\n"
    )
    rows = (
        "O1,A1,New Business,Web,1/31/2025,12/1/2025,0,0,7,EUR,\n"
        "O2,A1,Renewal,Partner,02/01/2025,03/05/2025,1,1,700,EUR,\n"
    )
    footer = "".join(
        f"{text}{padding}\n"
        for text in (
            "",
            "Filtered By: Closed equals True",
            "Grand Totals (2 records)",
            "Confidential Information - Do Not Distribute",
            '"Copyright (c) 2000-2025 salesforce.com, inc. All rights reserved."',
        )
    )
    zone.put("crm/opportunities.csv", header + rows + footer)
    zone.land()
    assert zone.counts("crm/opportunities.csv") == ("accepted", 2, 2, 0, 0)


def test_windows_bytes_under_a_declared_iso_encoding(zone):
    header = b'"Account ID","Account Name","Website","Billing Country"\n'
    good = '"001A","O\u2019Neil \u2013 Café \u20ac","o.example","US"\n'.encode("cp1252")
    zone.put("crm/accounts.csv", header + good + b'"001B","Bad\x81","b.example","US"\n')
    zone.land()
    assert zone.rows("select name from landing.accounts") == [("O\u2019Neil \u2013 Café \u20ac",)]
    assert zone.rules() == [(3, "name", "text")]


@pytest.mark.parametrize("text", ["4.51E+14", "4,51E+14", "1.2e+15", "5E+12"])
def test_an_identifier_that_a_spreadsheet_shortened_is_a_fault(zone, text):
    zone.put("crm/accounts.csv", f'account_id,name\n"{text}",x\nE5,"{text}"\n')
    zone.land()
    assert zone.rules() == [(2, "account_id", "text")]


def book(edit=None, **changes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return filled(Path(folder), {"Subscriptions": [line(**changes)]}, edit)


def column_of(sheet, name: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == name)


def test_zeros_of_an_identifier_that_its_cell_shows(zone):
    formats = {"line_id": "00000", "subscription_id": '"S-"000', "quantity": "0000"}

    def edit(made: openpyxl.Workbook) -> None:
        sheet = made["Subscriptions"]
        for name, code in formats.items():
            cell = sheet.cell(2, column_of(sheet, name))
            cell.value, cell.number_format = 42, code

    zone.put("reseller_reports/workbook/a.xlsx", book(edit))
    zone.land()
    query = "select line_id, subscription_id, quantity from landing.subscription_lines"
    assert zone.rows(query) == [("00042", "S-042", 42)]


def iso_cells(sheet: bytes) -> bytes:
    """Serial numbers in date cells as the ISO text of strict workbooks."""

    def text(found: re.Match) -> bytes:
        day = datetime(1899, 12, 30) + timedelta(days=float(found[3]))
        return found[1] + b' t="d"><v>' + day.isoformat(timespec="milliseconds").encode() + b"</v>"

    return re.sub(rb'(<c r="[A-Z]+2" s="\d+")( t="n")?><v>(4[0-9]{4}(?:\.\d+)?)</v>', text, sheet)


def test_dates_as_iso_text_in_date_cells_of_every_sheet(zone):
    def edit(made: openpyxl.Workbook) -> None:
        cover = made["Cover"]
        cell = cover.cell(2, column_of(cover, "report_month"))
        cell.value, cell.number_format = datetime(2025, 3, 1), "yyyy-mm"

    parts = {f"xl/worksheets/sheet{n}.xml": iso_cells for n in (1, 2)}
    data = with_parts(book(edit), parts)
    for part in parts:
        assert b't="d"' in zipfile.ZipFile(io.BytesIO(data)).read(part)
    zone.put("reseller_reports/workbook/a.xlsx", data)
    zone.land()
    query = "select report_month, term_start, term_end from landing.subscription_lines"
    assert zone.rows(query) == [(date(2025, 3, 1), date(2025, 3, 1), date(2026, 2, 28))]


@pytest.mark.parametrize("way", [str.upper, lambda name: name.replace("/", "\\")])
def test_parts_of_a_workbook_in_another_case(zone, way):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(way(name), old.read(name))
    zone.put("reseller_reports/workbook/a.xlsx", out.getvalue())
    zone.land()
    assert zone.rows("select count(*) from landing.subscription_lines") == [(1,)]


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
