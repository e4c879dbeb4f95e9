"""Delimited text to rows: comma, semicolon, tab or pipe, quoted as in RFC 4180.

Belongs here: finding the delimiter, exact field counts, broken quoting. Does not: encodings
(text.py), matching headers to the contract or judging values (judge.py).
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ingest.judging.headers import fold
from ingest.judging.table import MENDING, BrokenRow, Fault, RawTable, Refused, Row
from ingest.safe_text import unguard

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
# Technical bounds, far above any real layout: a file beyond them would only use up memory.
MOST_COLUMNS = 4_000
LONGEST_FIELD = 1 << 24
LOOKED_THROUGH = 20  # rows in which the names of columns are looked for below a title
SAYS_SOMETHING, LINE_END = re.compile(r"[^\s\ufeff]"), re.compile(r"[\r\n]")
SEPARATOR = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
# A day or an address: no column is named so above values of the same kind.
VALUE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?|[^@\s]+@[^@\s]+\.[^@\s]+", re.ASCII)
IS_CUT = "the last line lacks fields and has no end: is the file whole?"
UNTERMINATED = "unexpected end of data"


@dataclass
class Delimited:
    """A parsed file: its header row's fields and number, data rows, and the broken ones.

    `cut`: the last line ends without a line's end and lacks fields, as in a file cut short.
    """

    header: tuple[str, ...]
    header_row: int
    rows: list[Row]
    row_numbers: list[int]
    broken: list[BrokenRow]
    delimiter: str
    cut: bool = False


def _first_line(text: str) -> str:
    """The first line that is not empty, whichever way lines end."""
    first = SAYS_SOMETHING.search(text)
    if first is None:
        return ""
    start = max(text.rfind("\n", 0, first.start()), text.rfind("\r", 0, first.start())) + 1
    end = LINE_END.search(text, first.start())
    return text[start : end.start() if end else len(text)]


def find_delimiter(text: str, expected: Collection[str]) -> str:
    """The delimiter under which the first line names most of the expected (folded) columns.

    Ties go to the one that makes more fields, then to comma, semicolon, tab, pipe. Refused for a
    header with too many columns.
    """
    line = _first_line(text)
    if max(line.count(d) for d in DELIMITERS) >= MOST_COLUMNS:
        raise Refused("size", f"the header has more than {MOST_COLUMNS} columns; is this the file?")

    def score(delimiter: str) -> tuple[int, int]:
        try:
            fields = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(fold(f) in expected for f in fields), len(fields)

    return max(DELIMITERS, key=score)


def declared_delimiter(text: str) -> tuple[str | None, str]:
    """(delimiter, the rest) of a text whose first line is `sep=;`, which spreadsheets write and
    don't show; (None, the text) for any other."""
    declared = SEPARATOR.match(text)
    if declared is None or declared[1] not in DELIMITERS:
        return None, text
    return declared[1], text[declared.end() :]


def _blank(fields: list[str]) -> bool:
    """Whether a line is not a row: all of its cells are empty."""
    return not any(field.strip() for field in fields)


def _wrong_count(row: int, fields: list[str], expected: int) -> BrokenRow:
    message = (
        f"{len(fields)} fields where the header has {expected}; "
        "quote a value that holds the delimiter, fill the missing ones, or delete what is no row"
    )
    shown = "|".join(fields)[:200]
    return BrokenRow(row, (Fault("fields", message, row=row, value=shown),), tuple(fields))


def _bad_quote(row: int) -> BrokenRow:
    message = "text follows a closing quote; double a quote inside a quoted value"
    return BrokenRow(row, (Fault("quoting", message, row=row),))


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(row number, fields); fields are None where the quoting of a row is broken."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            fields = next(reader, None)
        except csv.Error as error:
            if UNTERMINATED in str(error):
                raise Refused(
                    "truncated",
                    f"row {number} opens a quote that never closes: the file is cut short or a "
                    "quote is not doubled; deliver it again",
                ) from error
            if "field larger" in str(error):
                message = f"row {number}: a value of over {LONGEST_FIELD} characters"
                raise Refused("size", message) from error
            yield number, None
            continue
        if fields is None:
            return
        yield number, fields


def _header(number: int, fields: list[str] | None, delimiter: str) -> Delimited:
    if fields is None:
        raise Refused("header", f"row {number}: the header's quoting is broken")
    if len(fields) > MOST_COLUMNS:
        raise Refused("size", f"the header has {len(fields)} columns; is this the file?")
    return Delimited(tuple(fields), number, [], [], [], delimiter)


def stream(lines: Iterable[str], delimiter: str, size: int) -> Iterator[Delimited]:
    """A file in parts of about `size` rows, each with the header; the last may hold no row.

    Row numbers are those a spreadsheet shows: blank lines and lines of empty cells are not rows but
    have a number. Raises Refused without a header, and wherever a quote never closes.
    """
    part: Delimited | None = None
    for number, fields in _records(lines, delimiter):
        if fields is not None and _blank(fields):
            continue
        if part is None:
            part = _header(number, fields, delimiter)
            continue
        if fields is None:
            part.broken.append(_bad_quote(number))
        elif len(fields) != len(part.header):
            part.broken.append(_wrong_count(number, fields, len(part.header)))
        else:
            part.rows.append(tuple(fields))
            part.row_numbers.append(number)
        if len(part.rows) + len(part.broken) >= size:
            yield part
            part = Delimited(part.header, part.header_row, [], [], [], delimiter)
    if part is None:
        raise Refused("empty", "the file holds no header; deliver it again")
    yield part


def parse(text: str, expected: Collection[str], delimiter: str | None = None) -> Delimited:
    """Split a text into header, rows of exactly the header's width, and broken rows.

    `expected` holds folded column names that help to find the delimiter.
    """
    declared, text = declared_delimiter(text.removeprefix("\ufeff"))
    mark = delimiter or declared or find_delimiter(text, expected)
    part = mended(next(stream(io.StringIO(text, newline=""), mark, sys.maxsize)))
    part.cut = _is_cut(text, part)
    return part


def _is_cut(text: str, part: Delimited) -> bool:
    return not text.endswith(("\n", "\r")) and lacks_its_end(part)


def lacks_its_end(part: Delimited | RawTable) -> bool:
    """Whether the last row of a part lacks fields, as the last line of a file that was cut."""
    if not part.broken:
        return False
    last = part.broken[-1]
    is_last = last.row > max(part.row_numbers, default=0)
    return is_last and 0 < len(last.fields) < len(part.header)


def _quoted_whole(part: Delimited) -> bool:
    """Whether the header and all rows are one value each that holds a delimiter."""
    if len(part.header) != 1 or part.broken:
        return False
    values = [part.header[0], *(row[0] or "" for row in part.rows[:LOOKED_THROUGH])]
    return any(part.header[0].count(d) and all(v.count(d) for v in values) for d in DELIMITERS)


def below_a_title(part: Delimited) -> str | None:
    """What to do if the first row is a title instead of a header, or if every line is quoted as a
    whole; None for any other file.

    A header names its columns: a first row that leaves most of the columns unnamed which the rows
    below fill is a title, and the first row that fills the most columns is taken for the header.
    """
    if _quoted_whole(part):
        return (
            "every line is quoted as a whole, which makes it a single value; write the lines "
            "without the quotation marks at their ends, and doubled ones inside once"
        )
    named = sum(bool(name.strip()) for name in part.header)
    numbered = [*zip(part.row_numbers[:LOOKED_THROUGH], part.rows, strict=False)]
    numbered += [(broken.row, broken.fields) for broken in part.broken[:LOOKED_THROUGH]]
    # A title contains no delimiter, so the table's delimiter is still unknown.
    marks = DELIMITERS if len(part.header) == 1 else (part.delimiter,)
    filled = [
        (sum(bool(value.strip()) for value in line.split(mark)), -row)
        for row, fields in numbered
        for line in [part.delimiter.join(value or "" for value in fields)]
        for mark in marks
    ]
    most, place = max(filled, default=(0, 0))
    if most < 2 or named * 2 > most:
        return None
    return (
        f"row {part.header_row} is a title and names no columns; they seem to stand in row "
        f"{-place}: delete the rows above it, so that the names of the columns come first"
    )


def without_names(part: Delimited) -> str | None:
    """What to do if the first row names no columns: it is a title, or a row like those below it;
    None for any other file."""
    title = below_a_title(part)
    if title is not None:
        return title
    below = [row for row in part.rows[:LOOKED_THROUGH] if row != part.header]
    for place, name in enumerate(part.header):
        filled = [text for row in below if (text := (row[place] or "").strip())]
        if VALUE.fullmatch(name.strip()) and filled and all(map(VALUE.fullmatch, filled)):
            return (
                f"row {part.header_row} holds values, as {name.strip()[:40]!r}, and not the names "
                "of the columns; put a row with their names above it"
            )
    return None


def mended(part: Delimited) -> Delimited:
    """A file that `quarantine export` wrote, as the file it was: without the columns that tell
    what was wrong, and without the apostrophes that keep values from being formulas.

    Any other file comes back as it is. Only a header that ends in all of MENDING makes one.
    """
    width = len(part.header) - len(MENDING)
    if tuple(name.strip() for name in part.header[width:]) != MENDING:
        return part

    def plain(fields: Row) -> Row:
        return tuple(None if value is None else unguard(value) for value in fields[:width])

    broken = [BrokenRow(b.row, b.faults, plain(b.fields), b.cell) for b in part.broken]
    rows = [plain(row) for row in part.rows]
    header = tuple(unguard(name) for name in part.header[:width])
    return Delimited(header, part.header_row, rows, part.row_numbers, broken, part.delimiter)
