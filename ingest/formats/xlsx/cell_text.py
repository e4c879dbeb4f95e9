"""A cell as the text of one of our columns, or the reason why it has none.

Belongs here: exact numbers, dates, months, cached values of formulas. Does not: whether the text
meets the contract; the judge of all deliveries decides that.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from ingest.formats.xlsx.number_format import as_formatted
from ingest.formats.xlsx.sheet_xml import Cell
from ingest.formats.xlsx.spreadsheet import Spreadsheet
from ingest.judging.literals import SHOWN

# A spreadsheet keeps 15 digits of a number; a longer identifier has already lost its last ones.
EXACT_DIGITS = SHOWN.prec
DATED = ("date", "month", "timestamp")
FUNCTION = re.compile(r"([A-Z][A-Z0-9.]*)\(")
ISO_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$", re.ASCII)
QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Unusable:
    """Why a cell has no text: `rule` for the quarantine, `message` what to do about it."""

    rule: str
    message: str


def number_text(written: str) -> str | None:
    """A number as plain decimal digits, or None when it is not a number.

    The file holds the digits of a binary float, up to 17 of them: 1.1 is written
    1.1000000000000001, and 0.1 + 0.2 is 0.30000000000000004. The spreadsheet shows 15.
    """
    try:
        value = Decimal(written.strip())
        if not value.is_finite() or abs(value.adjusted()) > 400:
            return None
        if len(value.as_tuple().digits) > EXACT_DIGITS:
            value = SHOWN.plus(value)
    except InvalidOperation:
        return None
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1)) if abs(value.adjusted()) < 27 else value, "f")
    return format(value.normalize(), "f")


def _iso_moment(written: str) -> datetime | None:
    """The day and time of a date cell that is written as ISO text, as in strict workbooks."""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    # The cell shows local time; a zone that some writers add is not part of it.
    return moment.replace(tzinfo=None)


def _moment(written: str, book: Spreadsheet) -> datetime | None:
    """The day and time that a date cell's serial number means."""
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    try:
        serial = float(written)
        if serial < 1:
            return None
        moment = from_excel(serial, MAC_EPOCH if book.epoch_1904 else WINDOWS_EPOCH)
    except (ValueError, OverflowError, TypeError):
        return None
    return moment if isinstance(moment, datetime) else None


def _says_iso(cell: Cell) -> bool:
    return cell.kind == "date_text" or (cell.kind == "text" and bool(ISO_DAY.match(cell.text)))


def _date_text(cell: Cell, kind: str, book: Spreadsheet) -> str | Unusable:
    if kind == "text":
        return Unusable(
            "date_in_text",
            "a date stands where text is expected (spreadsheets turn entries such as 3-1 into "
            "dates); format the cell as text and enter it again",
        )
    moment = _iso_moment(cell.text) if _says_iso(cell) else _moment(cell.text, book)
    if moment is None:
        return Unusable("date", "a date cell that holds no day of the calendar; enter it again")
    if kind == "month":
        # 2025-03 typed into a spreadsheet becomes the first of that month.
        return f"{moment:%Y-%m}" if moment.day == 1 else f"{moment:%Y-%m-%d}"
    if moment.time() != time(0):
        return moment.isoformat()
    return f"{moment:%Y-%m-%d}"


def _formula_fault(cell: Cell, book: Spreadsheet, unstable: Collection[str]) -> Unusable | None:
    """Why the cached value of a formula cannot be used; None when it can.

    It is used when the program that saved the file had calculated it and the formula depends on
    nothing but the workbook: then it is what the sender saw. Otherwise it is a number that nobody
    has seen, most often a 0 left by a program that does not calculate.
    """
    formula = QUOTED.sub("", cell.formula or "").upper()
    if not book.calculated or cell.text == "":
        reason = "the file was saved without calculating it"
    elif "[" in formula or "|" in formula:
        reason = "it takes its value from another file"
    elif called := sorted(set(FUNCTION.findall(formula)) & set(unstable)):
        reason = f"{called[0]} gives another value at another time"
    else:
        return None
    return Unusable("formula", f"a formula whose value can't be relied on: {reason}; put the value")


def _is_dated(cell: Cell, kind: str) -> bool:
    """Whether a cell with a date's format holds a date: a number or, in a column of dates, a day as
    text."""
    return cell.kind == "number" or (kind in DATED and _says_iso(cell))


def cell_text(
    cell: Cell, kind: str, book: Spreadsheet, unstable: Collection[str] = ()
) -> str | Unusable:
    """The text of a cell for a column of that `kind` (`ingest.judging.contract.Column.kind`).

    Text stays as written; numbers lose nothing of what was typed; date cells give ISO dates.
    """
    if cell.formula is not None and (fault := _formula_fault(cell, book, unstable)):
        return fault
    if cell.kind == "error":
        return Unusable("error_cell", f"the cell shows {cell.text}; enter the value")
    if cell.kind == "bool":
        return "true" if cell.text in ("1", "true") else "false"
    if cell.kind == "date_text" or (cell.style in book.date_styles and _is_dated(cell, kind)):
        return _date_text(cell, kind, book)
    if cell.kind != "number":
        return cell.text
    text = number_text(cell.text)
    if text is None:
        return Unusable("number", "the cell holds no number that can be read; enter it again")
    if kind == "text" and len(text.lstrip("-0").rstrip()) > EXACT_DIGITS:
        return Unusable(
            "long_number",
            f"an identifier of more than {EXACT_DIGITS} digits loses its last ones as a number; "
            "format the cell as text and enter it again",
        )
    return as_formatted(text, book.codes.get(cell.style, "")) if kind == "text" else text
