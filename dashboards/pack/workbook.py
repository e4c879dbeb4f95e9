"""The pack as a workbook: a sheet a page, its tables one below the other, figures exact.

Belongs here: cells and sheets. Does not: choosing pages (write.py). Every text passes the guard
that keeps a spreadsheet from running it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from dashboards.pack.cells import exact, plain
from dashboards.parts import Page, Table
from ingest.formats.safe_text import safe_cell

# A fixed moment: the same data, the same bytes.
CREATED = datetime(2000, 1, 1)
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A spreadsheet's numbers have 15 digits; a longer one is written as text.
DIGITS = 15
WIDTHS = (34, 18)
SHEET_NAME = 31


def write_workbook(path: Path, pages: Sequence[Page], footer: str) -> None:
    """One sheet for each page, in order."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": plain(pages[0].title)})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "section": book.add_format({"bold": True, "font_size": 12}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "number": book.add_format({"num_format": "#,##0.####"}),
            "text": book.add_format({"valign": "top"}),
        }
        for page in pages:
            _page(book.add_worksheet(plain(page.title)[:SHEET_NAME]), page, footer, formats)


def _page(sheet: Any, page: Page, footer: str, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, WIDTHS[0])
    sheet.set_column(1, 20, WIDTHS[1])
    row = _line(sheet, 0, page.title, formats["title"])
    for sentence in page.lead:
        row = _line(sheet, row, sentence, formats["text"])
    for item in page.headlines:
        _text(sheet, row, 0, plain(item.label), formats["text"])
        _cell(sheet, row, 1, exact(item.value), formats)
        _text(sheet, row, 2, plain(item.note), formats["text"])
        row += 1
    for section in page.sections:
        row = _line(sheet, row + 1, section.title, formats["section"])
        for sentence in section.words:
            row = _line(sheet, row, sentence, formats["text"])
        for chart in section.charts:
            row = _line(sheet, row, chart.title, formats["text"])
        for item in section.cards:
            _text(sheet, row, 0, plain(item.label), formats["text"])
            _cell(sheet, row, 1, exact(item.value), formats)
            row += 1
        for table in section.tables:
            row = _table(sheet, row + 1, table, formats)
    _line(sheet, row + 1, footer, formats["text"])


def _table(sheet: Any, row: int, table: Table, formats: dict[str, Any]) -> int:
    row = _line(sheet, row, table.caption, formats["section"])
    if not table.rows:
        return _line(sheet, row, table.empty, formats["text"])
    for place, column in enumerate(table.columns):
        _text(sheet, row, place, column.label, formats["head"])
    for cells in table.rows:
        row += 1
        for place, cell in enumerate(cells):
            _cell(sheet, row, place, exact(cell), formats)
    return row + 1


def _line(sheet: Any, row: int, text: Any, form: Any) -> int:
    _text(sheet, row, 0, plain(text), form)
    return row + 1


def _cell(sheet: Any, row: int, column: int, value: Decimal | str, formats: dict[str, Any]) -> None:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= DIGITS:
        sheet.write_number(row, column, value, formats["number"])
    else:
        _text(sheet, row, column, str(value), formats["text"])


def _text(sheet: Any, row: int, column: int, text: str, form: Any) -> None:
    if text:
        sheet.write_string(row, column, safe_cell(text), form)
