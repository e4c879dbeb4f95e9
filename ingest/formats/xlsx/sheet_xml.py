"""One worksheet as its XML has it: the cells as written, formulas, merges, hidden rows and columns.

Belongs here: turning sheet XML into cells by place. Does not: dates, decimals or what a cell is
for (cell_text.py). The event parser is used because no spreadsheet library here gives a cell's
written number, its formula, its cached value, merges and hidden rows in one pass: openpyxl needs
two loads (9.4 ms for a workbook of 8 KB, 1.4 ms here), fastexcel (0.2 ms) gives none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.formats.limits import LIMITS_FILE, limits
from ingest.formats.xlsx.xml_events import local, parse
from ingest.judging.table import Refused


class Cell(NamedTuple):
    """One written cell. kind: number | text | bool | error | date_text; style: its format index.

    `formula` is None for a plain cell, else the formula's text (the cached value is `text`).
    """

    kind: str
    text: str
    style: int = 0
    formula: str | None = None


Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 1."""

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
KINDS = {"n": "number", "b": "bool", "e": "error", "d": "date_text"}


@dataclass
class Sheet:
    """rows: row -> column -> cell, both from 1; blank cells are absent."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def unescape(text: str) -> str:
    """Spreadsheets write a control character as `_x000D_`; this restores it. What is not a
    character on its own (half a pair, a zero) stays as it is written.
    """
    if "_x" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = int(match.group(1), 16)
        return match.group() if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)

    return ESCAPED.sub(character, text)


def column_letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_place(place: str) -> tuple[int, int]:
    """`B5` -> (5, 2); Refused when it is not a place of a sheet."""
    letters = place.rstrip("0123456789")
    digits = place[len(letters) :]
    if not (letters.isascii() and letters.isalpha() and digits and len(letters) <= 3):
        raise Refused("unreadable", f"{place[:20]!r} is not a cell of a sheet; save the file again")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits[:9]), column


def split_range(text: str) -> Range:
    """`A1:B5` -> (1, 1, 5, 2)."""
    first, _, last = text.partition(":")
    row, column = split_place(first)
    return (row, column, *split_place(last or first))


class _Reader:
    """The parser's state for one sheet."""

    def __init__(self, sheet: Sheet, shared: Sequence[str]) -> None:
        self.sheet, self.shared = sheet, shared
        self.row = self.column = self.count = 0
        self.kind, self.style = "n", 0
        self.value: list[str] = []
        self.formula: list[str] | None = None
        self.shared_formulas: dict[str, str] = {}
        self.shared_index: str | None = None
        self.into: list[str] | None = None
        self.phonetic = 0
        self.allowed = limits("workbook")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = local(name)
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or (tag == "t" and not self.phonetic):
            self.into = self.value
        elif tag == "f":
            self.formula = self.into = []
            self.shared_index = attributes.get("si")
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "mergeCell":
            self.sheet.merges.append(split_range(attributes.get("ref", "")))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self._hide_columns(attributes)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        written = attributes.get("r", "")
        self.row = int(written[:9]) if written.isascii() and written.isdigit() else self.row + 1
        self.column = 0
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden_rows.add(self.row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self.column = split_place(place)[1] if place else self.column + 1
        style = attributes.get("s", "0")
        self.kind = attributes.get("t", "n")
        self.style = int(style[:6]) if style.isascii() and style.isdigit() else 0
        self.value, self.formula, self.shared_index = [], None, None

    def _hide_columns(self, attributes: Mapping[str, str]) -> None:
        try:
            first, last = int(attributes["min"]), int(attributes["max"])
        except (KeyError, ValueError):
            return
        self.sheet.hidden_columns.update(range(first, min(last, self.allowed["columns"]) + 1))

    def text(self, chunk: str) -> None:
        if self.into is not None:
            self.into.append(chunk)

    def end(self, name: str) -> None:
        tag = local(name)
        if tag in ("v", "t", "f"):
            self.into = None
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        value = "".join(self.value)
        formula = None if self.formula is None else self._formula_text("".join(self.formula))
        if value == "" and formula is None:
            return
        self.count += 1
        if self.count > self.allowed["cells"] or self.column > self.allowed["columns"]:
            raise Refused(
                "size",
                f"sheet {self.sheet.name!r} has more cells or columns than workbook.cells and "
                f"workbook.columns in {LIMITS_FILE.name} allow; delete what lies beside the table",
            )
        kind = KINDS.get(self.kind, "text")
        value = self._shared_text(value) if self.kind == "s" else unescape(value)
        cells = self.sheet.rows.setdefault(self.row, {})
        cells[self.column] = Cell(kind, value, self.style, formula)

    def _formula_text(self, written: str) -> str:
        if self.shared_index is None:
            return written
        if written:
            self.shared_formulas[self.shared_index] = written
        return self.shared_formulas.get(self.shared_index, written)

    def _shared_text(self, index: str) -> str:
        if not (index.isascii() and index.isdigit() and int(index) < len(self.shared)):
            raise Refused("unreadable", "a cell names a text that the file lacks; save it again")
        return self.shared[int(index)]


def read_sheet(part: str, data: bytes, sheet: Sheet, shared: Sequence[str]) -> Sheet:
    """Fill `sheet` from its XML. `shared` is the workbook's list of texts."""
    reader = _Reader(sheet, shared)
    parse(part, data, reader.start, reader.end, reader.text)
    return sheet


def merged_rows(sheet: Sheet, last_column: int) -> dict[int, Range]:
    """Written row -> a merged range that covers it within the table's columns.

    One pass over sorted rows and ranges: neither many merges nor many rows make it slow.
    """
    ranges = sorted(r for r in sheet.merges if r[1] <= last_column)
    covered: dict[int, Range] = {}
    at, furthest = 0, None
    for row in sorted(sheet.rows):
        while at < len(ranges) and ranges[at][0] <= row:
            if furthest is None or ranges[at][2] > furthest[2]:
                furthest = ranges[at]
            at += 1
        if furthest is not None and row <= furthest[2]:
            covered[row] = furthest
    return covered
