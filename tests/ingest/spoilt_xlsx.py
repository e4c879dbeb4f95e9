"""Workbooks spoilt: one cell of any sheet, a sheet gone, and what people do to sheets.

Belongs here: workbooks. Does not: values (spoilt_values.py).
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import openpyxl

from tests.ingest.spoilt_values import FALSE_WORDS, HOSTILE, TRUE_WORDS, Mutant

CLOCK = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")


def workbook_level(data: bytes, rng: random.Random) -> Mutant:
    """One cell of any sheet, a sheet gone, renamed or copied, and what people do to sheets."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = rng.choice(book.worksheets)
    row, column = rng.randrange(1, 5), rng.randrange(1, 8)
    name = rng.choice(
        (
            "cell",
            "cell",
            "cell",
            "cell",
            "gone",
            "renamed",
            "copied",
            "row",
            "formula",
            "merged",
            "hidden",
            "number",
            "moved",
            "twin",
            "computed",
            "words",
            "control",
            "ghosts",
            "dated",
            "zeros",
            "case",
            "iso",
        )
    )
    if name == "cell":
        value = rng.choice([v for v in HOSTILE if "\x00" not in v and len(v) < 30_000])
        sheet.cell(row, column).value = value
    elif name == "gone" and len(book.worksheets) > 1:
        book.remove(sheet)
    elif name == "renamed":
        sheet.title = "Else"
    elif name == "copied":
        book.copy_worksheet(sheet)
    elif name == "formula":
        sheet.cell(row, column).value = rng.choice(("=1+1", "=A1", "=NOW()", "=#REF!"))
    elif name == "merged":
        sheet.merge_cells(
            start_row=row,
            end_row=row + rng.randrange(2),
            start_column=column,
            end_column=column + rng.randrange(1, 3),
        )
    elif name == "hidden":
        sheet.row_dimensions[row].hidden = True
    elif name == "number":
        sheet.cell(row, column).value = rng.choice((1.5, -1, 45_658, 1e15, datetime(2025, 3, 1)))
    elif name == "moved":
        sheet.insert_cols(column)
    elif name == "twin":
        for place, cell in enumerate(sheet[2], start=1):
            sheet.cell(3, place).value = cell.value
    elif name == "computed":
        sheet.cell(row, column).value = rng.choice(
            (0.1 + 0.2, 118818.4 * 1.0000000000000002, 1 / 3)
        )
    elif name == "words":
        sheet.cell(row, column).value = rng.choice((*TRUE_WORDS, *FALSE_WORDS, True, False))
    elif name == "control":
        sheet.cell(row, column).value = rng.choice(
            ("a_x001B_[2Jb", "a\u202eb", "a_x0085_b", "_xFFFE_")
        )
    elif name == "ghosts":
        for place in range(6, 12):
            sheet.cell(place, column).value = rng.choice((" ", ""))
    elif name == "dated":
        cell = sheet.cell(row, column)
        cell.value, cell.number_format = rng.choice((45_658.5, 1, "2025-03-01")), "yyyy-mm-dd"
    elif name == "zeros":
        cell = sheet.cell(row, column)
        cell.value, cell.number_format = 42, rng.choice(("00000", '"P-"0000', "000-00"))
    elif name == "row":
        sheet.append(["x", 1, None, 2.5])
    data = _saved(book)
    if name == "case":
        return "xlsx case", _archive(data, lambda part, text: (part.upper(), text))
    if name == "iso":
        return "xlsx iso", _archive(data, lambda part, text: (part, SERIAL.sub(_iso, text)))
    return f"xlsx {name}", data


SERIAL = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="n")?><v>([34][0-9]{4})</v>')


def _iso(match: re.Match[bytes]) -> bytes:
    day = datetime(1899, 12, 30) + timedelta(days=int(match[2]))
    return match[1] + b' t="d"><v>' + day.isoformat().encode() + b"</v>"


def _archive(data: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The archive with each part's name and bytes changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as to:
        for name in before.namelist():
            part, text = change(name, before.read(name))
            to.writestr(zipfile.ZipInfo(part), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _saved(book: openpyxl.Workbook) -> bytes:
    """The workbook's bytes without the clock, so that a mutant can be had again."""
    dated, out = io.BytesIO(), io.BytesIO()
    book.save(dated)
    with zipfile.ZipFile(dated) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as to:
        for name in before.namelist():
            text = before.read(name)
            if name == "docProps/core.xml":
                text = CLOCK.sub(b"2025-01-01T00:00:00Z", text)
            to.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
