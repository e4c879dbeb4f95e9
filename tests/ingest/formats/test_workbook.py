"""The workbook reader on workbooks that a person filled, and on those that went wrong."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

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
        (_copy, "layout", "'Subscriptions \\(2\\)' has the columns of 'Subscriptions': which"),
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
