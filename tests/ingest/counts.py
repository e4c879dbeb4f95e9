"""How many records a file holds, counted by plain libraries, apart from the readers.

Belongs here: csv, json, parquet and openpyxl by themselves. Does not: anything of ingest.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile

import duckdb
import openpyxl
import pyarrow.parquet as pq

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def _texts(data: bytes) -> list[str]:
    """What the bytes may say: by their mark, else as utf-8, else as utf-16 full of zero bytes."""
    names = [name for mark, name in MARKS.items() if data.startswith(mark)][:1]
    if not names:
        zeros = data.count(0) > 0.1 * len(data)
        names = ["utf-8", *(("utf-16-le", "utf-16-be") if zeros else ())]
    texts = []
    for name in names:
        try:
            texts.append(data.decode(name))
        except UnicodeDecodeError:
            continue
    return texts


def _records(text: str, delimiter: str) -> int | None:
    """Rows below the first that is not blank; None where a quote never closes.

    A line of empty cells is no row, and a first line `sep=;` no line.
    """
    first, _, rest = text.removeprefix("\ufeff").partition("\n")
    if re.fullmatch('"?sep=."?[ \\t]*', first.rstrip("\r"), re.IGNORECASE):
        text = rest
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = 0
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return max(0, rows - 1)
        except csv.Error as error:
            if "unexpected end" in str(error):
                return None
            rows += 1
            continue
        rows += any(map(_says, fields))


def _says_any(record: object) -> bool:
    return not isinstance(record, dict) or any(map(_says, record.values()))


def _json_records(text: str) -> set[int]:
    """How many records there are, and how many of them hold a value: a row of a table needs one, a
    record of an API's page does not."""
    listed = _json_list(text)
    return set() if listed is None else {len(listed), sum(map(_says_any, listed))}


def _json_list(text: str) -> list | None:
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        first = json.loads(lines[0]) if lines else None
    except (ValueError, RecursionError):
        first = None
    pages = isinstance(first, dict) and any(isinstance(first.get(k), list) for k in PAGES)
    if len(lines) > 1 and isinstance(first, dict) and not pages:
        return list(map(_loaded, lines))
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if isinstance(document, dict):
        lists = [document[k] for k in PAGES if isinstance(document.get(k), list)]
        return lists[0] if lists else [document]
    return document if isinstance(document, list) else None


def _loaded(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return line


PAGES = ("data", "items")


SHEETS = ("cover", "subscriptions", "renewals", "marketing", "forecast")


def _workbook_records(data: bytes) -> int | None:
    """Rows that say anything below the first such row, over the sheets of a report."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
    except Exception:
        return None
    count = 0
    for sheet in book.worksheets:
        if sheet.title.strip().lower() in SHEETS:
            rows = [r for r in sheet.iter_rows(values_only=True) if any(map(_says, r))]
            count += max(0, len(rows) - 1)
    return count


def _says(value: object) -> bool:
    return value is not None and bool(str(value).strip())


def _empty_rows(data: bytes) -> int:
    """Rows of a parquet file without any value, counted by DuckDB."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as con:
        file.write(data)
        file.flush()
        says = "trim(coalesce(cast(columns(*) as varchar), '')) = ''"
        query = f"select count(*) from read_parquet('{file.name}') where {says}"
        try:
            return con.execute(query).fetchall()[0][0]
        except duckdb.Error:
            return 0


def possible(data: bytes, ending: str) -> set[int] | None:
    """The counts that a file's records may come to, by encoding and delimiter.

    None if no other library reads it (a spoilt workbook). An empty set means that the file can't be
    read, so no row of it may be reported.
    """
    if ending == ".parquet":
        try:
            rows = pq.read_metadata(io.BytesIO(data)).num_rows
            return {rows, rows - _empty_rows(data)}
        except Exception:
            return set()
    if ending == ".xlsx":
        rows = _workbook_records(data)
        return None if rows is None else {rows}
    if ending in (".json", ".ndjson"):
        return set().union(*map(_json_records, _texts(data)))
    else:
        counts = {_records(text, delimiter) for text in _texts(data) for delimiter in ",;\t|"}
    return {count for count in counts if count is not None}
