"""The pack as a workbook: a sheet that explains, then one table per sheet, with exact figures.

Belongs here: writing sheets, formats, widths. Does not: their content (sheets.py). Every text
passes the guard that keeps a spreadsheet from running it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter

from dashboards.components import Page
from dashboards.pack.cells import Read, Value, plain
from dashboards.pack.sheets import Sheet, headlines, sheets
from dashboards.spooled import Spooled
from ingest.safe_text import safe_cell

# A fixed moment: the same data, the same bytes.
CREATED = datetime(2000, 1, 1)
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
EXPLAINED = "Read me"
NARROW, WIDEST, SENTENCE = 9, 44, 70
STYLE = "Table Style Light 1"
HOW_TO_READ = (
    "Each sheet holds one table of the site, a row for each thing; the first row holds the heads.",
    "A partner, app or account has its name in one column and its id in the next.",
    "A number is exact in its cell and rounded only as it is shown: click on it to see all of it. "
    "Money is in US dollars.",
    "A cell is empty where nothing applies; where something is not known, it says so.",
    "A column Assumed names the value of the guide that is a placeholder or only reported.",
)


class _Formats:
    """Formats of the book by number format, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.link = book.add_format({"font_color": "#004e8a", "underline": 1, "valign": "top"})

    def of(self, form: str, wrapped: bool = False) -> Any:
        if (form, wrapped) not in self._made:
            look = {"valign": "top", "num_format": form, "text_wrap": wrapped}
            self._made[form, wrapped] = self._book.add_format(look)
        return self._made[form, wrapped]


def write_workbook(path: Path, pages: Iterable[Page], footer: str) -> None:
    """A sheet that explains, one of headline figures, and one for each table of `pages`."""
    first = headlines(pages)
    listed, every = [first], Spooled[Sheet]()
    for sheet in sheets(pages):
        listed.append(replace(sheet, rows=(), count=len(sheet.rows)))
        every.append(sheet)
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        title = plain(next(iter(pages)).title)
        book.set_properties({"created": CREATED, "title": title})
        formats = _Formats(book)
        _explain(book.add_worksheet(EXPLAINED), title, listed, footer, formats)
        for sheet in chain([first], every):
            if sheet.rows:
                _table(book.add_worksheet(sheet.name), sheet, formats)


def _explain(
    target: Any, title: str, every: Sequence[Sheet], footer: str, formats: _Formats
) -> None:
    for place, width in enumerate((34, 10, 56, 80)):
        target.set_column(place, place, width)
    target.write_string(0, 0, safe_cell(title), formats.title)
    for row, text in enumerate((footer, *HOW_TO_READ), start=1):
        target.write_string(row, 0, safe_cell(text))
    top = len(HOW_TO_READ) + 3
    for place, head in enumerate(("Sheet", "Rows", "What it holds", "What to know")):
        target.write_string(top, place, head, formats.head)
    for row, sheet in enumerate(every, start=top + 1):
        if sheet.count:
            quoted = sheet.name.replace("'", "''")
            target.write_url(row, 0, f"internal:'{quoted}'!A1", formats.link, sheet.name)
        else:
            _write(target, row, 0, sheet.name, formats.of("General"))
        target.write_number(row, 1, sheet.count, formats.of("#,##0"))
        _write(target, row, 2, sheet.caption, formats.of("General", True))
        _write(target, row, 3, sheet.words, formats.of("General", True))


def _table(target: Any, sheet: Sheet, formats: _Formats) -> None:
    last = len(sheet.heads) - 1
    target.freeze_panes(1, 1)
    for row, cells in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(cells):
            _write(target, row, place, cell.value, formats.of(cell.form, place in sheet.wide))
    target.add_table(
        0,
        0,
        len(sheet.rows),
        last,
        {
            "name": re.sub(r"\W+", "_", f"t_{sheet.name}"),
            "style": STYLE,
            "columns": [{"header": head} for head in sheet.heads],
        },
    )
    for place, head in enumerate(sheet.heads):
        longest = max(len(_shown(cells[place])) for cells in sheet.rows)
        most = SENTENCE if place in sheet.wide else WIDEST
        # The filter's button is next to the heading.
        target.set_column(place, place, min(most, max(NARROW, longest + 1, len(head) + 4)))


def _shown(cell: Read) -> str:
    if isinstance(cell.value, Decimal):
        return f"{cell.value:,.0f}{cell.form.partition('.')[2]}$"
    return str(cell.value)


def _write(target: Any, row: int, column: int, value: Value, form: Any) -> None:
    if isinstance(value, Decimal):
        target.write_number(row, column, value, form)
    elif isinstance(value, date):
        target.write_datetime(row, column, value, form)
    elif value:
        target.write_string(row, column, safe_cell(value), form)
