"""The workbook reader on workbooks that a person filled, and on those that went wrong."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from ingest.judging.contract import entity
from ingest.judging.table import Refused

from .books import filled, line, read, records, with_parts


def test_a_filled_template_gives_its_four_tables(tmp_path: Path) -> None:
    data = filled(
        tmp_path,
        {
            "Subscriptions": [line()],
            "Renewals": [line(line_id="R1", line_type="renewal")],
            "Marketing": [["M1", "Webinar", date(2025, 3, 5)]],
            "Forecast": [["F1", "2025-Q2", 5000, "USD"]],
        },
    )
    tables = read(data)
    assert list(tables) == ["reports", "subscription_lines", "marketing_lines", "forecast_lines"]
    assert records(tables["reports"]) == [
        {
            "partner_id": "P-1",
            "report_month": "2025-03",
            "declares_no_sales": "false",
            "received_on": "2025-04-02",
        }
    ]
    lines = records(tables["subscription_lines"])
    assert [row["line_id"] for row in lines] == ["L1", "R1"]
    assert lines[0] == {
        "partner_id": "P-1",
        "report_month": "2025-03",
        "line_id": "L1",
        "line_type": "new",
        "subscription_id": "S1",
        "customer_name": "Acme",
        "customer_domain": "acme.com",
        "product": "Suite",
        "quantity": "2",
        "term_start": "2025-03-01",
        "term_end": "2026-02-28",
        "amount": "1200.5",
        "currency": "USD",
        "order_form_id": "OF1",
    }
    assert records(tables["forecast_lines"])[0]["expected_arr"] == "5000"
    assert records(tables["marketing_lines"])[0]["occurred_on"] == "2025-03-05"
    for name, table in tables.items():
        assert not table.broken and not table.notes
        assert {c.name for c in entity(name).columns} == {*table.header, *table.defaults}


def test_every_value_knows_its_cell(tmp_path: Path) -> None:
    data = filled(tmp_path, {"Subscriptions": [line()], "Renewals": [line(line_id="R1")]})
    table = read(data)["subscription_lines"]
    assert table.cells == ["Subscriptions!A2", "Renewals!A2"]
    assert table.row_numbers == [2, 2]
    assert table.cell_of is not None
    assert table.cell_of(1, table.header.index("amount")) == "Renewals!J2"
    assert table.cell_of(0, table.header.index("partner_id")) == "Cover!A2"


@pytest.mark.parametrize(
    ("received", "day"),
    [
        (datetime(2025, 4, 16, 6, 59), "2025-04-15"),  # still the 15th in the program's zone
        (datetime(2025, 4, 16, 7, 0), "2025-04-16"),
        (datetime(2025, 1, 16, 7, 30), "2025-01-15"),  # winter: eight hours behind
    ],
)
def test_received_on_is_the_day_in_the_programs_zone(
    tmp_path: Path, received: datetime, day: str
) -> None:
    table = read(filled(tmp_path), received)["reports"]
    assert records(table)[0]["received_on"] == day


def test_an_empty_month_is_a_report_without_lines(tmp_path: Path) -> None:
    data = filled(tmp_path, edit=lambda book: book["Cover"].cell(2, 3, True))
    tables = read(data)
    assert records(tables["reports"])[0]["declares_no_sales"] == "true"
    assert all(not t.rows and not t.broken for n, t in tables.items() if n != "reports")
    assert "amount" in tables["subscription_lines"].header  # header-only, so it can be judged


def test_no_sales_with_sales_is_refused(tmp_path: Path) -> None:
    def declare(book):
        book["Cover"].cell(2, 3, "Yes")

    with pytest.raises(Refused, match="declares no sales, but Subscriptions has 1 rows") as caught:
        read(filled(tmp_path, {"Subscriptions": [line()]}, declare))
    assert caught.value.rule == "cover"


def test_moved_columns_and_other_spellings_are_read_by_name(tmp_path: Path) -> None:
    def move(book):
        sheet = book["Forecast"]
        for place, name in enumerate(["Currency", "Expected ARR", "LINE-ID", " quarter "], 2):
            sheet.cell(1, place, name)
        sheet.cell(1, 1).value = None
        for place, value in enumerate(["USD", 10, "F1", "2025-Q2"], 2):
            sheet.cell(2, place, value)

    table = read(filled(tmp_path, edit=move))["forecast_lines"]
    row = records(table)[0]
    assert (row["line_id"], row["expected_arr"], row["quarter"]) == ("F1", "10", "2025-Q2")
    assert table.cell_of is not None
    assert table.cell_of(0, table.header.index("expected_arr")) == "Forecast!C2"


def test_a_sheet_may_name_partner_and_month_itself(tmp_path: Path) -> None:
    def add(book):
        sheet = book["Marketing"]
        sheet.cell(1, 4, "partner_id")
        sheet.cell(1, 5, "report_month")
        for number, own in enumerate([("P-1", "2025-03"), (None, None), ("P-2", "2025-03")], 2):
            sheet.cell(number, 1, f"M{number}")
            sheet.cell(number, 2, "Event")
            sheet.cell(number, 4, own[0])
            sheet.cell(number, 5, own[1])

    table = read(filled(tmp_path, edit=add))["marketing_lines"]
    assert [row["partner_id"] for row in records(table)] == ["P-1", "P-1"]
    (broken,) = table.broken
    assert (broken.row, broken.faults[0].rule, broken.faults[0].cell) == (
        4,
        "cover",
        "Marketing!D4",
    )
    assert "P-2" in broken.fields


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


def test_hidden_rows_and_sheets_are_read_and_noted(tmp_path: Path) -> None:
    def hide(book):
        book["Subscriptions"].row_dimensions[3].hidden = True
        book["Renewals"].sheet_state = "hidden"
        book["Subscriptions"].column_dimensions["J"].hidden = True

    tables = read(filled(tmp_path, {"Subscriptions": [line(), line(line_id="L2")]}, hide))
    assert len(tables["subscription_lines"].rows) == 2
    kinds = [note.kind for note in tables["reports"].notes]
    assert kinds == ["hidden_rows", "hidden_columns", "hidden_sheet"]
    assert "rows 3" in tables["reports"].notes[0].message


def test_merged_cells_cost_the_rows_they_lie_over(tmp_path: Path) -> None:
    rows = {"Subscriptions": [line(), line(line_id="L2"), line(line_id="L3")]}
    data = filled(tmp_path, rows, lambda book: book["Subscriptions"].merge_cells("D3:D4"))
    table = read(data)["subscription_lines"]
    assert [row["line_id"] for row in records(table)] == ["L1"]
    assert [(b.row, b.faults[0].rule, b.faults[0].cell) for b in table.broken] == [
        (3, "merged_cells", "Subscriptions!D3"),
        (4, "merged_cells", "Subscriptions!D3"),
    ]


def test_merged_header_cells_are_refused(tmp_path: Path) -> None:
    merge = b'</sheetData><mergeCells><mergeCell ref="D1:E1"/></mergeCells>'
    change = {"xl/worksheets/sheet2.xml": lambda xml: xml.replace(b"</sheetData>", merge)}
    with pytest.raises(Refused, match="header cells are merged") as caught:
        read(with_parts(filled(tmp_path), change))
    assert caught.value.rule == "merged_cells"


def test_a_value_without_a_header_costs_its_row(tmp_path: Path) -> None:
    data = filled(
        tmp_path,
        {"Subscriptions": [line()]},
        lambda book: book["Subscriptions"].cell(2, 15, "?"),
    )
    (broken,) = read(data)["subscription_lines"].broken
    assert (broken.faults[0].rule, broken.faults[0].cell) == ("fields", "Subscriptions!O2")


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    def gap(book):
        book["Subscriptions"].cell(3, 1, "  ")
        book["Subscriptions"].cell(5, 1, "L5")

    table = read(filled(tmp_path, {"Subscriptions": [line()]}, gap))["subscription_lines"]
    assert table.row_numbers == [2, 5]


def test_one_line_id_on_both_sheets_is_noted(tmp_path: Path) -> None:
    data = filled(tmp_path, {"Subscriptions": [line()], "Renewals": [line()]})
    assert [n.kind for n in read(data)["reports"].notes] == ["line_id_twice"]


def _rename_header(book):
    book["Subscriptions"]["J1"] = "total"


def _twice(book):
    book["Subscriptions"]["M1"] = "Amount"


def _copy(book):
    book.copy_worksheet(book["Subscriptions"]).title = "Subscriptions (2)"


def _second_cover_row(book):
    for place, value in enumerate(["P-1", "2025-04", "false"], 1):
        book["Cover"].cell(3, place, value)


def _empty_cover(book):
    book["Cover"].delete_rows(2)


def _old(book):
    book["Cover"]["D2"] = "2019-1"


def _cover_formula(book):
    book["Cover"]["A2"] = "=B2"


@pytest.mark.parametrize(
    ("edit", "rule", "words"),
    [
        (_rename_header, "header", "'Subscriptions', row 1: no column amount"),
        (_twice, "header", "'amount' occurs twice"),
        (_copy, "layout", "'Subscriptions \\(2\\)' has the columns of"),
        (_second_cover_row, "cover", "has 2 rows"),
        (_empty_cover, "cover", "has 0 rows"),
        (_old, "template_version", "version is '2019-1'"),
        (_cover_formula, "cover", "Cover!A2"),
        (lambda book: book.remove(book["Renewals"]), "layout", "no sheet 'Renewals'"),
    ],
)
def test_a_workbook_that_is_not_the_report_is_refused_with_its_reason(
    tmp_path, edit, rule, words
) -> None:
    with pytest.raises(Refused, match=words) as caught:
        read(filled(tmp_path, {"Subscriptions": [line()]}, edit))
    assert caught.value.rule == rule


def test_other_sheets_are_noted_and_not_read(tmp_path: Path) -> None:
    def add(book):
        book.create_sheet("Notes").append(["call", "Bob"])
        book.create_sheet("Empty")

    notes = read(filled(tmp_path, edit=add))["reports"].notes
    assert [(n.kind, "Notes" in n.message) for n in notes] == [("extra_sheet", True)]


def test_a_workbook_without_a_version_is_read_by_its_headers(tmp_path: Path) -> None:
    data = filled(tmp_path, edit=lambda book: book["Cover"].delete_cols(4, 2))
    assert records(read(data)["reports"])[0]["partner_id"] == "P-1"
