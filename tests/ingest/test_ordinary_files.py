"""Files as databases, spreadsheets and jobs write them every day: read as what they say."""

import io
import re
import tempfile
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.ingest.formats.books import filled, line, with_parts
from tests.ingest.parquet_bytes import parquet

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
    landed = zone.rows(
        "select opportunity_id, closed_on, is_won from landing.opportunities order by 1"
    )
    closed = date(2025, 3, 31)
    assert landed == [("lost", closed, False), ("open", None, None), ("won", closed, True)]


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
    landed = zone.rows("select amount from landing.subscription_lines order by line_id")
    assert [a for (a,) in landed] == [Decimal(n) for n in ("118818.4", "59.97", "0.3", "100")]


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


@pytest.mark.parametrize("text", ["4.51E+14", "4,51E+14", "1.2e+15", "5E+12", "4.51E14"])
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

    def text(match: re.Match) -> bytes:
        day = datetime(1899, 12, 30) + timedelta(days=float(match[3]))
        return match[1] + b' t="d"><v>' + day.isoformat(timespec="milliseconds").encode() + b"</v>"

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
