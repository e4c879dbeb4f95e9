"""Files whose content is of another kind than their name says.

Belongs here: recognising what such a file holds, and what to do with it. Does not: formats that
are read under no name (other_formats.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from ingest.formats.other_formats import OFFICE, OLE, PACKED, ZIP, odd_book
from ingest.judging.table import Refused

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
BOOK_PART, MARKS = b"[Content_Types].xml", (",", ";", "\t", "|")
DELIMITED = (".csv", ".tsv", ".psv", ".txt")
JSON = (".json", ".ndjson", ".jsonl")
# The first words of a web page, and of any other document of marked-up text.
PAGE = re.compile(r"<!--|<(?:!doctype\s+html|html|head|body|table|div|meta|script)[\s>]", re.I)
MARKED_UP = re.compile(r"<\?xml\s|<!doctype\s|<[a-z][\w.:-]*\s[^<>]*xmlns", re.I)
LOOKED_AT = 1 << 16  # bytes that show what a file is


def refuse_other_content(data: bytes, ending: str) -> None:
    """Raises Refused where the content is clearly of another kind than the ending of the name
    says, with what it is and what to do; does nothing for any other file, nor for one whose name
    says that it is packed."""
    if ending in PACKED:
        return
    message = _binary(data, ending) or _text(data, ending)
    if message is not None:
        raise Refused("format", message)


def _named(ending: str) -> str:
    return f"although its name ends in {ending or 'nothing'}"


def _binary(data: bytes, ending: str) -> str | None:
    if data.startswith(GZIP):
        packed = f"the file is packed with gzip, {_named(ending)}"
        return f"{packed}; unpack it (gunzip) and deliver what is in it"
    if data.startswith(PARQUET) and ending != ".parquet":
        return f"the file holds parquet, {_named(ending)}; let its name end in .parquet"
    if ending in OFFICE or not data.startswith((ZIP, OLE)):
        return None
    if data.startswith(ZIP) and BOOK_PART not in data and odd_book(data) is None:
        return f"the file is a zip archive, {_named(ending)}; unpack it and deliver what is in it"
    return (
        f"the file is a workbook, {_named(ending)}; open it and save the sheet with the table as "
        "csv (in Excel: File, Save As, CSV UTF-8), then deliver that file"
    )


def _text(data: bytes, ending: str) -> str | None:
    if ending not in (*DELIMITED, *JSON, *OFFICE) or data.startswith((ZIP, OLE)):
        return None
    head = data[:LOOKED_AT].decode("utf-8-sig", "ignore").lstrip()
    if PAGE.match(head):
        problem = f"the file holds a web page (HTML), {_named(ending)}; look at it in a browser"
        return (
            f"{problem}: if a sign-in or error page came instead of the export, fetch the export "
            "again; if it is a table, open it in Excel and save it as csv (File, Save As, CSV "
            "UTF-8)"
        )
    if MARKED_UP.match(head):
        return (
            f"the file holds XML, {_named(ending)}, and XML is not read; export the table as csv, "
            "or open the file in Excel and save it as csv (File, Save As, CSV UTF-8)"
        )
    if ending not in JSON and _is_json(head, data):
        return f"the file holds JSON, {_named(ending)}; let its name end in .json"
    if ending not in DELIMITED and _is_table(head):
        return f"the file holds delimited text, {_named(ending)}; let its name end in .csv"
    return None


def _is_json(head: str, data: bytes) -> bool:
    """Whether the first line, or else the whole file, is a JSON object or list."""
    if not head.startswith(("{", "[")):
        return False
    for part in (head.split("\n", 1)[0], data):
        try:
            return isinstance(json.loads(part), Collection)
        except (ValueError, RecursionError):
            continue
    return False


def _is_table(head: str) -> bool:
    """Whether the first two lines have the same number of fields, more than one."""
    lines = head.splitlines()[:2]
    if head.startswith(("{", "[")) or not lines or "\0" in head:
        return False
    return any(
        len({line.count(mark) for line in lines}) == 1 and lines[0].count(mark) for mark in MARKS
    )
