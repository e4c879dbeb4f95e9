"""One sheet with a header row, read into a table of text.

Belongs here: the header row, rows, merged cells, hidden cells and cells beside the table.
Does not: the text of a cell (cell_text.py) or which sheets a report has (workbook.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.formats.xlsx.cell_text import Unusable, cell_text
from ingest.formats.xlsx.sheet_table import Places, SheetTable
from ingest.formats.xlsx.sheet_xml import Cell, Sheet, column_letters, merged_rows
from ingest.formats.xlsx.spreadsheet import Spreadsheet
from ingest.judging.contract import Entity
from ingest.judging.headers import fold
from ingest.judging.table import BrokenRow, Fault, Note, Refused, Row


def read_table(
    book: Spreadsheet, sheet: Sheet, spec: Entity, layout: Mapping[str, Any]
) -> SheetTable:
    """Read a sheet whose first written row is the header of an entity's columns, in any order.

    Refused when a column is missing or occurs twice, or a merged cell covers the header. A row with
    a merged cell, a value beside the header or a cell that can't be read is broken.
    """
    header_row = min(sheet.rows, default=0)
    columns = _columns(sheet, header_row, spec, layout)
    reader = _RowReader(book, sheet, spec, columns, layout["unstable_functions"])
    rows, places, numbers, first_cells, broken = [], [], [], [], []
    for number in sorted(row for row in sheet.rows if row > header_row):
        values, spots, faults = reader.read(number)
        if not any(value and value.strip() for value in values) and not faults:
            continue
        first = f"{sheet.name}!A{number}"
        if faults:
            broken.append(BrokenRow(number, tuple(faults), values, first))
        else:
            rows.append(values)
            places.append(spots)
            numbers.append(number)
            first_cells.append(first)
    return SheetTable(
        spec.name,
        tuple(columns.values()),
        tuple(rows),
        tuple(places),
        tuple(numbers),
        tuple(first_cells),
        tuple(broken),
        tuple(_notes(sheet, header_row, columns)),
    )


def _columns(
    sheet: Sheet, header_row: int, spec: Entity, layout: Mapping[str, Any]
) -> dict[int, str]:
    """Place of each column -> the contract's name, or the name as written where it has none."""
    names = {fold(column.name): column.name for column in spec.columns}
    written = {
        place: cell.text.strip()
        for place, cell in sheet.rows.get(header_row, {}).items()
        if cell.text.strip()
    }
    columns = {place: names.get(fold(text), text) for place, text in sorted(written.items())}
    elsewhere = {*layout["from_cover"], *layout["from_delivery"]}
    if sheet.name.strip().lower() == layout["cover"].lower():
        elsewhere = set(layout["from_delivery"])
    missing = [n for n in spec.required if n not in columns.values() and n not in elsewhere]
    twice = sorted({n for n in columns.values() if list(columns.values()).count(n) > 1})
    if missing:
        raise Refused(
            "header",
            f"sheet {sheet.name!r}, row {header_row or 1}: no column {', '.join(missing)}; the "
            "first row must name the template's columns",
            missing[0],
        )
    if twice:
        raise Refused(
            "header",
            f"sheet {sheet.name!r}: column {twice[0]!r} occurs twice; delete one",
            twice[0],
        )
    for first, _, last, _ in sheet.merges:
        if first <= header_row <= last:
            raise Refused(
                "merged_cells", f"sheet {sheet.name!r}: header cells are merged; unmerge them"
            )
    return columns


def _notes(sheet: Sheet, header_row: int, columns: Mapping[int, str]) -> list[Note]:
    notes = []
    hidden = sorted(row for row in sheet.hidden_rows if row > header_row and row in sheet.rows)
    if sheet.hidden:
        notes.append(Note("hidden_sheet", f"sheet {sheet.name!r} is hidden; it was read"))
    if hidden:
        places = ", ".join(map(str, hidden[:20])) + (" and more" if len(hidden) > 20 else "")
        notes.append(
            Note("hidden_rows", f"sheet {sheet.name!r} hides rows {places}; they were read")
        )
    for place in sorted(sheet.hidden_columns & columns.keys()):
        message = f"sheet {sheet.name!r} hides column {columns[place]!r}; it was read"
        notes.append(Note("hidden_columns", message))
    return notes


@dataclass
class _RowReader:
    """Reads the rows of one sheet under one header."""

    book: Spreadsheet
    sheet: Sheet
    spec: Entity
    columns: Mapping[int, str]
    unstable: Sequence[str]

    def __post_init__(self) -> None:
        kinds = {column.name: column.kind for column in self.spec.columns}
        letters = {place: column_letters(place) for place in self.columns}
        self.plan = [
            (place, name, kinds.get(name, "text"), f"{self.sheet.name}!{letters[place]}")
            for place, name in self.columns.items()
        ]
        self.merged = merged_rows(self.sheet, max(self.columns))

    def read(self, number: int) -> tuple[Row, Places, list[Fault]]:
        """Values, their cells, and the faults of one row."""
        cells = self.sheet.rows[number]
        values: list[str | None] = []
        places: list[str | None] = []
        faults: list[Fault] = []
        for place, name, kind, prefix in self.plan:
            cell = cells.get(place)
            spot = f"{prefix}{number}"
            text = None if cell is None else cell_text(cell, kind, self.book, self.unstable)
            if isinstance(text, Unusable):
                written = _shown(cell)
                faults.append(Fault(text.rule, text.message, number, spot, name, written))
                text = written
            values.append(text)
            places.append(spot)
        faults += self._outside(number, cells) + self._merged(number)
        return tuple(values), tuple(places), faults

    def _outside(self, number: int, cells: Mapping[int, Cell]) -> list[Fault]:
        """Faults for values in columns without a header: they belong to the row, but nobody knows
        as what."""
        return [
            Fault(
                "fields",
                "a value stands in a column that has no header; move or delete it",
                number,
                f"{self.sheet.name}!{column_letters(place)}{number}",
                None,
                _shown(cell),
            )
            for place, cell in sorted(cells.items())
            if place not in self.columns and (_shown(cell) or "").strip()
        ]

    def _merged(self, number: int) -> list[Fault]:
        """Faults for merged cells: they show one value for several places, and which is meant would
        be a guess."""
        if number not in self.merged:
            return []
        top, left, _, _ = self.merged[number]
        message = "merged cells show one value for several places; unmerge them and fill each"
        cell = f"{self.sheet.name}!{column_letters(left)}{top}"
        return [Fault("merged_cells", message, number, cell, self.columns.get(left))]


def _shown(cell: Cell | None) -> str | None:
    if cell is None:
        return None
    return f"={cell.formula}" if cell.formula else cell.text
