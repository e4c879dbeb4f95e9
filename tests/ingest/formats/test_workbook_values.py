"""What the cells of a workbook hold: numbers, dates and formulas, and what costs a row."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from .books import filled, line, read, records, with_parts


def test_a_month_typed_into_a_spreadsheet_is_a_date_cell(tmp_path: Path) -> None:
    def retype(book):
        cell = book["Cover"].cell(2, 2)
        cell.value, cell.number_format = date(2025, 3, 1), "mmm-yy"

    assert records(read(filled(tmp_path, edit=retype))["reports"])[0]["report_month"] == "2025-03"


def test_a_day_that_begins_no_month_is_left_to_the_judge_as_a_day(tmp_path: Path) -> None:
    def retype(book):
        cell = book["Cover"].cell(2, 2)
        cell.value, cell.number_format = date(2025, 3, 31), "mmm-yy"

    row = records(read(filled(tmp_path, edit=retype))["reports"])[0]
    assert row["report_month"] == "2025-03-31"


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        (10, "=1+1", "formula"),  # saved by a program that calculates nothing
        (10, "#REF!", "error_cell"),
        (1, date(2025, 3, 1), "date_in_text"),  # 3-1 typed as an id
        (1, 1234567890123456789, "long_number"),
    ],
)
def test_a_cell_that_cannot_be_relied_on_costs_its_row(tmp_path, column, value, rule) -> None:
    def put(book):
        cell = book["Subscriptions"].cell(3, column)
        cell.value = value
        if rule == "error_cell":
            cell.data_type = "e"

    rows = {"Subscriptions": [line(), line(line_id="L2")]}
    table = read(filled(tmp_path, rows, put))["subscription_lines"]
    assert [row["line_id"] for row in records(table)] == ["L1"]
    (broken,) = table.broken
    (fault,) = broken.faults
    assert fault.rule == rule
    assert fault.cell == f"Subscriptions!{'ABCDEFGHIJ'[column - 1]}3"
    assert broken.fields[table.header.index("partner_id")] == "P-1"


def _calculated(formula: str, value: str):
    """A sheet's XML in which the second row's amount is a formula with a cached value."""

    def change(xml: bytes) -> bytes:
        assert b"<v>1200.5</v>" in xml
        return xml.replace(b"<v>1200.5</v>", f"<f>{formula}</f><v>{value}</v>".encode())

    return change


@pytest.mark.parametrize(
    ("formula", "taken"),
    [
        ("100*12", True),
        ('"TODAY("&amp;A1', True),  # a text, no call
        ("TODAY()", False),
        ("[1]Sheet!A1*2", False),
        ("WEBSERVICE(A1)", False),
    ],
)
def test_a_cached_value_counts_only_when_it_was_calculated(tmp_path, formula, taken) -> None:
    data = filled(tmp_path, {"Subscriptions": [line()]})
    changed = {"xl/worksheets/sheet2.xml": _calculated(formula, "1200")}
    pending = with_parts(data, changed)
    assert read(pending)["subscription_lines"].broken[0].faults[0].rule == "formula"
    saved = with_parts(
        data,
        {**changed, "xl/workbook.xml": lambda xml: xml.replace(b'fullCalcOnLoad="1"', b"")},
    )
    table = read(saved)["subscription_lines"]
    assert [row["amount"] for row in records(table)] == (["1200"] if taken else [])


def test_an_array_formula_without_a_value_is_a_fault(tmp_path: Path) -> None:
    def put(book):
        book["Subscriptions"]["J2"] = ArrayFormula("J2", "=SUM(G2:G3)")

    table = read(filled(tmp_path, {"Subscriptions": [line()]}, put))["subscription_lines"]
    assert table.broken[0].faults[0].rule == "formula"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1.1000000000000001", "1.1"),  # as a spreadsheet writes 1.1
        ("0.10000000000000001", "0.1"),
        ("99975.818799999994", "99975.8188"),
        ("1E-4", "0.0001"),
        ("1.2E7", "12000000"),
        ("-0.5", "-0.5"),
        ("100", "100"),
        ("0.30000000000000004", "0.3"),  # computed: more digits than were typed
    ],
)
def test_numbers_come_back_as_they_were_typed(tmp_path, written, text) -> None:
    data = filled(tmp_path, {"Subscriptions": [line()]})
    change = {
        "xl/worksheets/sheet2.xml": lambda xml: xml.replace(b"1200.5", written.encode()),
    }
    assert records(read(with_parts(data, change))["subscription_lines"])[0]["amount"] == text


def test_text_dates_and_separators_are_left_to_the_judge_as_written(tmp_path: Path) -> None:
    rows = {"Subscriptions": [line(term_start="3/1/2025", amount="1,200.50", quantity=2.0)]}
    row = records(read(filled(tmp_path, rows))["subscription_lines"])[0]
    assert (row["term_start"], row["amount"], row["quantity"]) == ("3/1/2025", "1,200.50", "2")


def test_a_date_with_a_time_keeps_its_time(tmp_path: Path) -> None:
    rows = {"Subscriptions": [line(term_start=datetime(2025, 3, 1, 12, 0))]}
    row = records(read(filled(tmp_path, rows))["subscription_lines"])[0]
    assert row["term_start"] == "2025-03-01T12:00:00"


def test_the_1904_calendar_is_read(tmp_path: Path) -> None:
    data = filled(tmp_path, {"Subscriptions": [line()]})
    change = {
        "xl/workbook.xml": lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"')
    }
    row = records(read(with_parts(data, change))["subscription_lines"])[0]
    assert row["term_start"] == "2029-03-02"  # the same serial number, 1462 days on
