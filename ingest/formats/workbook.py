"""The reseller's monthly workbook: four entities in one file, every value with its cell.

Belongs here: which sheets make up a report, and what the Cover says for all of them. Does not:
reading cells (xlsx/), judging values, or writing the template (template.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ingest.formats.contents import refuse_other_content
from ingest.formats.xlsx.sheet_rows import read_table
from ingest.formats.xlsx.sheet_table import SheetTable
from ingest.formats.xlsx.sheet_xml import Sheet
from ingest.formats.xlsx.spreadsheet import Spreadsheet, read_spreadsheet
from ingest.judging.clock import clock_of
from ingest.judging.contract import entity
from ingest.judging.headers import fold
from ingest.judging.table import Note, RawTable, ReadContext, Refused
from ingest.judging.truth import truth
from ingest.packaged import packaged_yaml

LAYOUT_FILE = Path(__file__).with_name("workbook_layout.yaml")


@cache
def layout() -> dict[str, Any]:
    """The sheets, versions and rules of `workbook_layout.yaml`."""
    return packaged_yaml(LAYOUT_FILE)


def read(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    """Read one workbook into its tables of reports, subscription, marketing and forecast lines.

    `context.settings["time_zone"]` is the program's zone: a report is received on that zone's day.
    Refused when the file is no such workbook, when sheets compete for one place, or when its Cover
    contradicts itself or its sheets; a bad value costs its row only.
    """
    refuse_other_content(data, Path(context.file).suffix.lower())
    book = read_spreadsheet(data)
    try:
        return _tables(book, context)
    except Refused as refused:
        refused.speaks_of = _from_cover(book)
        raise


def _from_cover(book: Spreadsheet) -> Mapping[str, str]:
    """Partner and month as the Cover of a refused workbook gives them, as far as it can be read."""
    covers = [sheet for sheet in book.sheets if fold(sheet.name) == fold(layout()["cover"])]
    try:
        spec = entity(layout()["sheets"][layout()["cover"]])
        table = read_table(book, covers[0], spec, layout())
        values = dict(zip(map(fold, table.header), table.rows[0], strict=True))
    except (Refused, LookupError, ValueError):
        return {}
    named = {name: (values.get(fold(name)) or "").strip() for name in layout()["from_cover"]}
    return {name: text for name, text in named.items() if text and len(table.rows) == 1}


def _tables(book: Spreadsheet, context: ReadContext) -> list[RawTable]:
    sheets = _choose(book)
    tables = {
        name: read_table(book, sheet, entity(layout()["sheets"][name]), layout())
        for name, sheet in sheets.items()
    }
    cover = tables[layout()["cover"]]
    values = _cover_values(cover)
    _check_no_sales(values, tables)
    notes = [note for table in tables.values() for note in table.notes]
    notes += _left_out(book, sheets) + _shared_lines(tables)
    delivered = [_reports(cover, context)]
    for name in dict.fromkeys(layout()["sheets"].values()):
        members = [tables[s] for s, e in layout()["sheets"].items() if e == name]
        if name != layout()["sheets"][layout()["cover"]]:
            delivered.append(_lines(name, members, cover, values))
    delivered[0].notes = notes
    return delivered


def _choose(book: Spreadsheet) -> dict[str, Sheet]:
    """Sheet of ours -> the workbook's sheet; a second one with the same headers is refused."""
    by_name = {fold(sheet.name): sheet for sheet in book.sheets}
    chosen = {}
    for name in layout()["sheets"]:
        if fold(name) not in by_name:
            raise Refused(
                "layout",
                f"there is no sheet {name!r}; fill a workbook made by the template command, "
                "leaving sheets without entries as they are",
            )
        chosen[name] = by_name[fold(name)]
    known = {fold(name) for name in (*chosen, *layout()["helpers"])}
    for sheet in book.sheets:
        header = _header(sheet)
        # Several sheets of ours can have the same columns; a copy begins with the name of its own.
        alike = [name for name, ours in chosen.items() if header and _header(ours) == header]
        own = [name for name in alike if fold(sheet.name).startswith(fold(name))] or alike
        if fold(sheet.name) not in known and own:
            raise Refused(
                "layout",
                f"sheet {sheet.name!r} has the columns of {' and '.join(map(repr, own))}: which of "
                "them counts? Move its rows there, delete the copy and resend",
            )
    return chosen


def _header(sheet: Sheet) -> frozenset[str]:
    first = min(sheet.rows, default=0)
    return frozenset(fold(cell.text) for cell in sheet.rows.get(first, {}).values())


def _cover_values(cover: SheetTable) -> Mapping[str, str | None]:
    """The one row of the Cover, by column; Refused when it has none, or several."""
    if len(cover.rows) + len(cover.broken) != 1:
        raise Refused(
            "cover",
            f"the Cover has {len(cover.rows) + len(cover.broken)} rows; it must have one, with "
            "partner_id, report_month and declares_no_sales",
        )
    if cover.broken:
        fault = cover.broken[0].faults[0]
        raise Refused("cover", f"{fault.cell}: {fault.message}", fault.column)
    values = dict(zip(cover.header, cover.rows[0], strict=True))
    version = values.get(layout()["version_column"])
    if version and version not in layout()["reads"]:
        raise Refused(
            "template_version",
            f"the workbook's template version is {version!r}; readable are "
            f"{', '.join(layout()['reads'])}. Copy the entries into a newly made template",
        )
    return values


def _check_no_sales(values: Mapping[str, str | None], tables: Mapping[str, SheetTable]) -> None:
    """RESL-REPORTS: a report with no sales is a report, but then it has no sales lines."""
    if truth(values.get("declares_no_sales")) is not True:
        return
    for name in layout()["sales_sheets"]:
        count = len(tables[name].rows) + len(tables[name].broken)
        if count:
            raise Refused(
                "cover",
                f"the Cover declares no sales, but {name} has {count} rows; correct one of them",
                "declares_no_sales",
            )


def _left_out(book: Spreadsheet, chosen: Mapping[str, Sheet]) -> list[Note]:
    read_names = {sheet.name for sheet in chosen.values()}
    helpers = {fold(name) for name in layout()["helpers"]}
    return [
        Note("extra_sheet", f"sheet {sheet.name!r} is none of the report's and was not read")
        for sheet in book.sheets
        if sheet.name not in read_names and fold(sheet.name) not in helpers and sheet.rows
    ]


def _shared_lines(tables: Mapping[str, SheetTable]) -> list[Note]:
    """One line_id on two sheets is one key, so that the later sheet's row alone is current."""
    first_sheets: dict[str, str] = {}
    notes = []
    for name in layout()["sales_sheets"]:
        place = tables[name].header.index("line_id")
        for line in dict.fromkeys(row[place] or "" for row in tables[name].rows):
            first = first_sheets.setdefault(line, name)
            if line and first != name:
                message = f"line_id {line!r} is on {first} and {name}; the row on {name} counts"
                notes.append(Note("line_id_twice", message))
    return notes


def _reports(cover: SheetTable, context: ReadContext) -> RawTable:
    clock = clock_of(str(context.settings["time_zone"]))
    for column in (*layout()["cover_helpers"], *layout()["from_delivery"]):
        cover = cover.without(column)
    table = cover.raw()
    table.defaults = {"received_on": f"{clock.day(context.received_at)}"}
    return table


def _lines(
    name: str, members: list[SheetTable], cover: SheetTable, values: Mapping[str, str | None]
) -> RawTable:
    """The rows of one entity's sheets, one after the other, with what the Cover says for all of
    them."""
    joined = members[0]
    for member in members[1:]:
        joined = joined.followed_by(member)
    for column in layout()["from_cover"]:
        joined = joined.filled(column, values.get(column), cover.cell_of_first(column))
    return joined.raw()
