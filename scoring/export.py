"""The published tables as files: parquet, csv or xlsx, sorted; the same data give the same bytes.

Belongs here: which file a table becomes and how a value is written in it.
Does not: which tables are published (scoring.published), or the guard against formulas (ingest).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import xlsxwriter.exceptions

from ingest.atomic import new_folder
from ingest.safe_text import safe_cell
from scoring.published import PUBLISHED, PublishedTable
from scoring.rows import fetch

FORMATS = ("parquet", "csv", "xlsx")
BATCH = 10_000
# A sheet holds 1,048,576 rows including the header; the rest continues on the next sheet.
SHEET_ROWS = 1_048_575
# A spreadsheet keeps 15 digits of a number; a longer decimal is written as text.
EXACT_DIGITS = 15
# Written into each workbook in place of a clock, so that the same data gives the same bytes.
CREATED = datetime(2000, 1, 1)


class ExportError(RuntimeError):
    """The warehouse lacks a published table, or the format is not one of FORMATS."""


def export(
    con: duckdb.DuckDBPyConnection, to: Path, format: str, beside: Mapping[str, str] | None = None
) -> list[Path]:
    """Write every published table to `to/<table>.<format>`; returns the files in table order, then
    those of `beside`: texts by file name.

    The tables appear all at once, in place of earlier ones of those names, or none does; other
    files of the folder stay. Raises ExportError before writing anything.
    """
    if format not in FORMATS:
        raise ExportError(f"no export format {format!r}; choose one of: {', '.join(FORMATS)}")
    _require_tables(con)
    write = {"parquet": _parquet, "csv": _csv, "xlsx": _xlsx}[format]
    names = [f"{table.name}.{format}" for table in PUBLISHED]
    with new_folder(to) as fresh:
        for table, name in zip(PUBLISHED, names, strict=True):
            # A file of an earlier export is a hard link to one that stays until the end.
            (fresh / name).unlink(missing_ok=True)
            try:
                write(con, table, fresh / name)
            except (duckdb.Error, xlsxwriter.exceptions.XlsxWriterException) as error:
                message = str(error).splitlines()[0].replace(str(fresh), str(to))
                raise ExportError(f"{to / name} was not written: {message}") from None
        for name, text in (beside or {}).items():
            (fresh / name).unlink(missing_ok=True)
            (fresh / name).write_text(text, "utf-8")
    return [to / name for name in (*names, *(beside or {}))]


def earlier(to: Path, format: str) -> tuple[int, int]:
    """How many tables of earlier exports a folder holds: those of this format, which are replaced,
    and those of other formats, which stay as they are."""
    names = {table.name for table in PUBLISHED}
    files = [path for path in to.iterdir() if path.stem in names] if to.is_dir() else []
    same = [path for path in files if path.suffix == f".{format}"]
    other = [path for path in files if path.suffix[1:] in FORMATS and path not in same]
    return len(same), len(other)


def _require_tables(con: duckdb.DuckDBPyConnection) -> None:
    present = fetch(con, "select table_schema, table_name from information_schema.tables")
    known = {f"{row['table_schema']}.{row['table_name']}" for row in present}
    missing = [table.qualified for table in PUBLISHED if table.qualified not in known]
    if missing:
        raise ExportError(
            f"the warehouse has no {', '.join(missing)}; run the yearly job, then export again"
        )


def _batches(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> Iterator[list[tuple]]:
    rows = con.execute(table.select)
    while batch := rows.fetchmany(BATCH):
        yield batch


def _parquet(con: duckdb.DuckDBPyConnection, table: PublishedTable, path: Path) -> None:
    target = str(path).replace("'", "''")
    con.execute(f"copy ({table.select}) to '{target}' (format parquet)")


def _csv(con: duckdb.DuckDBPyConnection, table: PublishedTable, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        for batch in _batches(con, table):
            writer.writerows([_csv_cell(value) for value in row] for row in batch)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, list):
        return safe_cell(_joined(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date | datetime) else safe_cell(value)


def _joined(items: Iterable[object]) -> str:
    return "; ".join(str(item) for item in items)


def _xlsx(con: duckdb.DuckDBPyConnection, table: PublishedTable, path: Path) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        styles = {
            "head": book.add_format({"bold": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "figure": book.add_format({"num_format": "#,##0.00##"}),
        }
        rows = (row for batch in _batches(con, table) for row in batch)
        place, sheet = SHEET_ROWS, None
        for row in rows:
            if place == SHEET_ROWS:
                sheet, place = _sheet(book, table, styles), 0
            place += 1
            for column, value in enumerate(row):
                _write(sheet, place, column, value, styles)
        if sheet is None:
            _sheet(book, table, styles)


def _sheet(book: Any, table: PublishedTable, styles: dict[str, Any]) -> Any:
    number = len(book.worksheets()) + 1
    # Excel allows 31 characters; every published name fits with its number.
    sheet = book.add_worksheet(table.name if number == 1 else f"{table.name[:27]} {number}")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, name, styles["head"])
    return sheet


def _write(sheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | Decimal) and _fits(value):
        style = styles["figure"] if isinstance(value, Decimal) else None
        sheet.write_number(row, column, float(value), style)
    elif isinstance(value, int | Decimal):
        sheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, styles["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["date"])
    else:
        text = _joined(value) if isinstance(value, list) else value
        sheet.write_string(row, column, safe_cell(text))


def _fits(value: int | Decimal) -> bool:
    digits = Decimal(value).normalize().as_tuple().digits
    return len(digits) <= EXACT_DIGITS
