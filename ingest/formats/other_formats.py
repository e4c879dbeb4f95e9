"""Formats that are not read, each with what a person can do about it.

Belongs here: recognising such a format by its name and first bytes, and the remedy. Does not:
reading.
"""

from __future__ import annotations

import importlib

from ingest.judging.headers import fold
from ingest.judging.table import Refused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP = b"PK\x03\x04"
# The names, as their container's directory writes them, of the stream in a workbook that Office has
# encrypted, and of the one in a workbook from before 2007.
ENCRYPTED, OLD_BOOK = ("EncryptedPackage".encode("utf-16-le"), "Workbook".encode("utf-16-le"))
OFFICE = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
PACKED = {
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".tgz"), "unpack it"),
    ".gz": "unpack it (gunzip)",
    ".bz2": "unpack it (bunzip2)",
    ".xz": "unpack it (unxz)",
    ".zst": "unpack it (zstd -d)",
}


def unread(ending: str, data: bytes) -> str:
    """What is wrong with a file of an ending that its entity does not take, and what to do."""
    if ending in OFFICE:
        book = odd_book(data)
        if book is not None and book[0] == "encrypted":
            return book[1]
        if _is_report(data):
            return (
                "this is the workbook of a reseller's report, and its name or folder says that it "
                "is something else; put it directly into reseller_reports/ under a name that "
                "begins with no entity's, e.g. reseller_reports/<partner>-2025-04.xlsx"
            )
        return (
            "a workbook is read as a reseller's report only; open it and save the sheet with the "
            "table as csv (in Excel: File, Save As, CSV UTF-8), then deliver that file"
        )
    message = f"a file ending in {ending or 'nothing'} is not read; csv, json or parquet is"
    remedy = "export the table in one of these formats"
    if ending in PACKED:
        remedy = f"{PACKED[ending]} and deliver what is in it"
    return f"{message}: {remedy}"


def _is_report(data: bytes) -> bool:
    """Whether a workbook has all sheets of a reseller's report, by which it is known under any
    name."""
    workbook = importlib.import_module("ingest.formats.workbook")
    try:
        sheets = {fold(sheet.name) for sheet in workbook.read_spreadsheet(data).sheets}
    except Refused:
        return False
    return {fold(name) for name in workbook.layout()["sheets"]} <= sheets


def odd_book(data: bytes) -> tuple[str, str] | None:
    """(rule, message) of a workbook that is not a plain xlsx; None for any other file."""
    if data.startswith(OLE):
        if ENCRYPTED in data:
            return "encrypted", (
                "the workbook is protected with a password, so that nobody else can read it; open "
                "it with the password, take that away (in Excel: File, Info, Protect Workbook, "
                "Encrypt with Password, leave the field empty), save it and deliver it again"
            )
        return "format", _save_as("a workbook of the format before 2007 (.xls)")
    if data.startswith(ZIP) and b"xl/workbook.bin" in data:
        return "format", _save_as("a binary workbook (.xlsb)")
    if data.startswith(ZIP) and b"application/vnd.oasis.opendocument" in data[:200]:
        return "format", _save_as("a workbook of OpenDocument (.ods)")
    return None


def _save_as(kind: str) -> str:
    return (
        f"this is {kind}, whatever its name; open it and save it in the format Excel Workbook "
        "(.xlsx): File, Save As; another name alone changes nothing"
    )
