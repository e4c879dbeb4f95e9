"""Demonstration files spoilt at the level of bytes, cells and structure, from a seed.

Belongs here: what may go wrong with a file. Does not: landing it, or what must hold (fuzz.py).
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HOSTILE = (
    "",
    " ",
    "0",
    "-0",
    "1e309",
    "NaN",
    "99999999999999999999999999",
    "1.234,56",
    "1,234.56",
    "=1+1",
    "'=x",
    "@SUM(A1)",
    '"',
    '""',
    "a\nb",
    "a\r\nb",
    "\x00",
    "\ufeff",
    "\u202eabc",
    "ß" * 300,
    "2025-13-01",
    "2025-02-30",
    "01/02/2025",
    "0000-00-00",
    "9999-12-31T23:59:60Z",
    "2025-03",
    "true",
    "null",
    "{}",
    "[]",
    "../../etc/passwd",
    "'; drop table x; --",
    "<script>",
    "％",
    "٣",
    "x" * 40_000,
    "USD",
    "usd",
    "P-0001",
)
CLOCK = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
Mutant = tuple[str, bytes]
"""What was done, and the bytes."""


def byte_level(data: bytes, rng: random.Random) -> Mutant:
    """Bits turned, pieces cut, doubled, put in, the end lost."""
    start = rng.randrange(len(data) + 1)
    end = min(len(data), start + rng.choice((1, 2, 8, 64, 512)))
    noise = rng.randbytes(rng.choice((1, 3, 17)))
    flipped = bytes([data[start % len(data)] ^ (1 << rng.randrange(8))]) if data else b""
    ways = {
        "bit": data[: start % max(1, len(data))] + flipped + data[start % max(1, len(data)) + 1 :],
        "cut": data[:start] + data[end:],
        "double": data[:end] + data[start:],
        "insert": data[:start] + noise + data[start:],
        "truncate": data[:start],
        "quote": data[:start] + b'"' + data[start:],
        "nul": data[:start] + b"\x00" + data[start:],
        "bom": rng.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00")) + data,
        "empty": b"",
    }
    name = rng.choice(sorted(ways))
    return f"byte {name}", ways[name]


def _csv_text(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def csv_level(data: bytes, rng: random.Random) -> Mutant:
    """One cell, one column, the rows' order, another delimiter, encoding or line's end."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    width, at = len(rows[0]), rng.randrange(len(rows))
    column = rng.randrange(width)
    name = rng.choice(
        (
            "cell",
            "cell",
            "cell",
            "drop column",
            "twice",
            "rename",
            "shuffle",
            "ragged",
            "blank",
            "headless",
            "header only",
            "delimiter",
            "encoding",
            "ends",
            "swap",
            "repeat",
            "footer",
        )
    )
    delimiter, end, encoding = ",", "\n", "utf-8"
    if name == "cell":
        rows[at][column % max(1, len(rows[at]))] = rng.choice(HOSTILE)
    elif name == "drop column":
        rows = [row[:column] + row[column + 1 :] for row in rows]
    elif name == "twice":
        rows = [[*row, row[column]] for row in rows]
    elif name == "rename":
        rows[0][column] = rng.choice((*HOSTILE[:12], "name", rows[0][0].upper()))
    elif name == "shuffle":
        rows = [rows[0], *rng.sample(rows[1:], len(rows) - 1)]
    elif name == "ragged":
        rows[at] = rows[at][:column] if rng.random() < 0.5 else [*rows[at], "more"]
    elif name == "blank":
        rows[at:at] = [[] for _ in range(3)]
    elif name == "headless":
        rows = rows[1:] or [["x"]]
    elif name == "header only":
        rows = rows[:1]
    elif name == "delimiter":
        delimiter = rng.choice(";\t|")
    elif name == "encoding":
        encoding = rng.choice(("utf-16", "utf-8-sig", "utf-32", "cp037", "utf-16-le"))
    elif name == "ends":
        end = rng.choice(("\r\n", "\r", "\n\n"))
    elif name == "swap":
        rows = [row[::-1] for row in rows]
    elif name == "repeat":
        rows += rows[1:]
    else:
        rows += [[], ["Grand Totals (3 records)"], ["Confidential Information"]]
    return f"csv {name}", _csv_text(rows, delimiter, end).encode(encoding)


def _places(value: object, path: tuple = ()) -> list[tuple]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key in value:
            found += _places(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(len(value)):
            found += _places(value[index], (*path, index))
    return found


def json_level(data: bytes, rng: random.Random) -> Mutant:
    """One value, one name, a list that is an object, numbers no number should be."""
    text = data.decode()
    lines = text.strip().split("\n")
    is_lines = len(lines) > 1 and lines[0].endswith("}") and lines[0].startswith("{")
    document = [json.loads(line) for line in lines] if is_lines else json.loads(text)
    place = rng.choice(_places(document) or [()])
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    name = rng.choice(("value", "value", "value", "gone", "renamed", "wrapped", "number", "deep"))
    if place and name == "value":
        holder[place[-1]] = rng.choice((None, True, 1.5, [], {}, [1], "\ud800", *HOSTILE))
    elif place and name == "gone":
        del holder[place[-1]]
    elif place and name == "renamed" and isinstance(holder, dict):
        holder[rng.choice(("", "data", "items", "ID"))] = holder.pop(place[-1])
    elif name == "wrapped":
        document = {"data": document, "items": []} if rng.random() < 0.5 else [[document]]
    elif place and name == "number":
        holder[place[-1]] = 10**40
    elif place and name == "deep":
        deep: object = 1
        for _ in range(90):
            deep = [deep]
        holder[place[-1]] = deep
    if is_lines and isinstance(document, list):
        return f"json {name}", "\n".join(map(json.dumps, document)).encode()
    return f"json {name}", json.dumps(document).encode()


def parquet_level(data: bytes, rng: random.Random) -> Mutant:
    """Another type, a column gone or twice, nulls, no rows."""
    table = pq.read_table(io.BytesIO(data))
    at = rng.randrange(table.num_columns)
    column, field = table.column(at), table.schema.field(at).name
    name = rng.choice(("text", "null", "drop", "twice", "nested", "none", "rename", "float"))
    if name == "text":
        table = table.set_column(at, field, column.cast(pa.string()))
    elif name == "null":
        keep = pa.array([rng.random() < 0.5 for _ in range(table.num_rows)])
        table = table.set_column(at, field, pa.compute.if_else(keep, column, None))
    elif name == "drop":
        table = table.remove_column(at)
    elif name == "twice":
        table = table.append_column(field, column)
    elif name == "nested":
        table = table.set_column(at, field, pa.array([[1]] * table.num_rows))
    elif name == "none":
        table = table.slice(0, 0)
    elif name == "rename":
        table = table.rename_columns(
            [rng.choice(HOSTILE[9:20]) if i == at else n for i, n in enumerate(table.column_names)]
        )
    else:
        table = table.set_column(at, field, pa.array([0.5] * table.num_rows))
    out = io.BytesIO()
    pq.write_table(table, out)
    return f"parquet {name}", out.getvalue()


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
    else:
        sheet.append(["x", 1, None, 2.5])
    return f"xlsx {name}", _saved(book)


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


LEVELS: dict[str, Callable[[bytes, random.Random], Mutant]] = {
    ".csv": csv_level,
    ".json": json_level,
    ".ndjson": json_level,
    ".parquet": parquet_level,
    ".xlsx": workbook_level,
}


def mutant(data: bytes, ending: str, rng: random.Random) -> Mutant:
    """One to three things done to a file; what no longer has its structure goes on as bytes."""
    done = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        level = byte_level if rng.random() < 0.4 else LEVELS[ending]
        try:
            what, data = level(data, rng)
        except Exception:
            # The file has no structure left to work on.
            what, data = byte_level(data or b"x", rng)
        done.append(what)
    return " + ".join(done), data
