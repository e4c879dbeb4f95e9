"""The empty monthly workbook for resellers: headers, drop-downs, checks, instructions.

Belongs here: writing the template. Does not: reading it back (workbook.py), whose layout file
lists the sheets and columns.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.formats.template_text import INSTRUCTIONS, WORKED_EXAMPLES, hint
from ingest.formats.workbook import layout
from ingest.judging.contract import Column, Entity, entity
from ingest.safe_text import safe_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def write_template(
    path: Path, partner_id: str, month: str, partner_name: str | None = None
) -> None:
    """Write the workbook in which a reseller reports one month (RESL-REPORTS).

    `month` is YYYY-MM. The Cover holds partner, month and the template's version; the other sheets
    hold a header row of their entity's columns and are empty. A file of that name is written over.
    Raises ValueError when the partner is empty, the month invalid or the name none of a workbook,
    OSError when the file can't be written.
    """
    if not partner_id.strip():
        raise ValueError("--partner is empty; give the partner's id as it stands in partners.csv")
    if not MONTH.fullmatch(month):
        raise ValueError(f"--month {month!r} is not a month; write it as 2025-03")
    if path.suffix.lower() != ".xlsx":
        better = path.with_suffix(".xlsx")
        raise ValueError(f"{path} is not a name of a workbook, which ends in .xlsx; write {better}")
    import xlsxwriter

    bounds = layout()["template"]
    # Every text goes through write_string, so that no value is ever taken for a formula or a link.
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"title": f"Partner report {month}", "created": bounds["created_at"]})
    book.set_calc_mode("auto")
    formats = _formats(book)
    for name in layout()["sheets"]:
        spec = entity(layout()["sheets"][name])
        sheet = book.add_worksheet(name)
        if name == layout()["cover"]:
            _write_cover(sheet, spec, formats, (partner_id, month, partner_name))
        else:
            _write_lines(book, sheet, spec, formats)
    _write_instructions(book.add_worksheet(layout()["helpers"][0]), formats, month)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else error
        reason = getattr(cause, "strerror", None) or error
        raise OSError(f"{path} can't be written ({reason}); close it, or name another") from error


def _formats(book: Workbook) -> dict[str, Any]:
    return {
        "header": book.add_format(
            {
                "bold": True,
                "locked": True,
                "bg_color": "#1F3A5F",
                "font_color": "#FFFFFF",
                "border": 1,
                "text_wrap": True,
                "valign": "top",
            }
        ),
        "text": book.add_format({"num_format": "@", "locked": False}),
        "fixed": book.add_format({"num_format": "@", "locked": True, "bg_color": "#EEEEEE"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "locked": False}),
        "money": book.add_format({"num_format": "0.00##", "locked": False}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "prose": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _write_cover(
    sheet: Worksheet, spec: Entity, formats: dict[str, Any], filled: tuple[str, str, str | None]
) -> None:
    """One header row and one row: partner and month fixed, the declaration left to choose."""
    partner_id, month, partner_name = filled
    values = {
        "partner_id": partner_id,
        "report_month": month,
        layout()["version_column"]: layout()["version"],
        "partner_name": partner_name or "",
    }
    names = [c.name for c in spec.columns if c.name not in layout()["from_delivery"]]
    for place, name in enumerate([*names, layout()["version_column"], "partner_name"]):
        sheet.write_string(0, place, name, formats["header"])
        if name in values:
            # Text format and write_string: an id such as =1+1 is shown, never run.
            sheet.write_string(1, place, values[name], formats["fixed"])
        else:
            sheet.write_string(1, place, "false", formats["text"])
            _validate(sheet, spec.column(name), place, last_row=1)
    sheet.set_column(0, len(names) + 1, 22)
    sheet.protect("", {"select_locked_cells": True, "select_unlocked_cells": True})
    sheet.freeze_panes(1, 0)


def _write_lines(book: Workbook, sheet: Worksheet, spec: Entity, formats: dict[str, Any]) -> None:
    """A header row, and under it empty cells formatted and checked by their column's kind."""
    columns = [c for c in spec.columns if c.name not in layout()["from_cover"]]
    for place, column in enumerate(columns):
        kind = {"date": "date", "money": "money", "decimal": "money"}.get(column.kind, "text")
        sheet.write_string(0, place, column.name, formats["header"])
        sheet.set_column(place, place, 18, formats[kind])
        _validate(sheet, column, place, last_row=layout()["template"]["rows"])
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:Z{layout()['template']['rows'] + 1}"})
    # Headers are locked; rows may be filled, added, sorted and pasted.
    sheet.protect(
        "",
        {
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
            "autofilter": True,
            "format_columns": True,
            "format_cells": True,
        },
    )


def _validate(sheet: Worksheet, column: Column, place: int, last_row: int) -> None:
    """The entry check of a column: drop-down, date, number or length, with a hint."""
    title, message = hint(column)
    bounds = layout()["template"]
    most = bounds["largest_number"]
    rule: dict[str, Any] = {
        "input_title": title[:32],
        "input_message": message[:255],
        "error_title": "Not accepted",
        "error_message": message[:255],
        "ignore_blank": True,
    }
    if column.kind == "enum":
        rule |= {"validate": "list", "source": list(column.choices)}
    elif column.kind == "bool":
        rule |= {"validate": "list", "source": ["true", "false"]}
    elif column.kind == "date":
        rule |= {
            "validate": "date",
            "criteria": "between",
            "minimum": bounds["first_date"],
            "maximum": bounds["last_date"],
        }
    elif column.kind in ("money", "decimal"):
        rule |= {"validate": "decimal", "criteria": "between", "minimum": -most, "maximum": most}
    elif column.kind == "iso4217":
        rule |= {"validate": "length", "criteria": "==", "value": 3}
    elif column.kind == "quarter":
        rule |= {"validate": "length", "criteria": "==", "value": 7}
    else:
        rule |= {"validate": "length", "criteria": "<=", "value": bounds["longest_text"]}
    sheet.data_validation(1, place, last_row, place, rule)


def _write_instructions(sheet: Worksheet, formats: dict[str, Any], month: str) -> None:
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, f"Partner report for {month}", formats["title"])
    for row, line in enumerate((*INSTRUCTIONS, "", *WORKED_EXAMPLES), start=2):
        sheet.write_string(row, 0, str(safe_cell(line)), formats["prose"])
    sheet.protect("", {"select_locked_cells": True})
