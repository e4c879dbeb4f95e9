"""An xlsx file as sheets of written cells, with what is needed to read their dates.

Belongs here: the parts of an xlsx file around its sheets. Does not: any of our columns.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from ingest.formats.xlsx.archive import has_member, open_archive, read_member
from ingest.formats.xlsx.sheet_xml import Sheet, read_sheet, unescape
from ingest.formats.xlsx.xml_events import local, parse
from ingest.judging.table import Refused

# Built-in formats of East Asian versions that are dates and that the library's list leaves out.
EAST_ASIAN_DATES = frozenset((*range(27, 37), *range(50, 59)))


@dataclass
class Spreadsheet:
    """sheets in their order; `date_styles` the format indexes that show a date, `codes` the
    format codes of the others, where the workbook gives its own.

    `calculated` is False when the program that saved the file left its formulas uncalculated.
    """

    sheets: list[Sheet] = field(default_factory=list)
    date_styles: set[int] = field(default_factory=set)
    codes: dict[int, str] = field(default_factory=dict)
    epoch_1904: bool = False
    calculated: bool = True


@cache
def _is_date_code(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(code))


@cache
def _is_date_number(number: int) -> bool:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    return number in EAST_ASIAN_DATES or _is_date_code(BUILTIN_FORMATS.get(number, "General"))


class _Styles:
    """Which cell formats show a date."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.dates: set[int] = set()
        self.own: dict[int, str] = {}
        self.inside = False
        self.index = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = local(name)
        if tag == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self.inside = True
        elif tag == "xf" and self.inside:
            number = attributes.get("numFmtId", "0")
            code = self.codes.get(number)
            plain = int(number) if number.isascii() and number.isdigit() else 0
            if _is_date_code(code) if code is not None else _is_date_number(plain):
                self.dates.add(self.index)
            elif code is not None:
                self.own[self.index] = code
            self.index += 1

    def end(self, name: str) -> None:
        if local(name) == "cellXfs":
            self.inside = False


class _Texts:
    """The workbook's list of texts; readings printed above characters are left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.parts: list[str] = []
        self.inside = False
        self.phonetic = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = local(name)
        if tag == "si":
            self.parts = []
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "t":
            self.inside = not self.phonetic

    def text(self, chunk: str) -> None:
        if self.inside:
            self.parts.append(chunk)

    def end(self, name: str) -> None:
        tag = local(name)
        if tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "si":
            self.texts.append(unescape("".join(self.parts)))


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (last word of its type, part that it names). Targets outside the file are left
    out."""
    folder, file = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{file}.rels")
    relations: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations[attributes.get("Id", "")] = (kind, posixpath.normpath(path))

    if has_member(archive, name):
        parse(name, read_member(archive, name), start)
    return relations


def _refuse_foreign_parts(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        folded = name.lower()
        if "externallinks/" in folded:
            raise Refused(
                "external_link",
                "the workbook takes values from other files; replace those formulas by their "
                "values, break the links and resend",
            )
        if folded.endswith("vbaproject.bin"):
            raise Refused("macro", "the workbook holds macros; save it as plain xlsx and resend")


def read_spreadsheet(data: bytes) -> Spreadsheet:
    """Read every worksheet of an xlsx file held in memory; Refused when it is none, or unsafe."""
    archive = open_archive(data)
    _refuse_foreign_parts(archive)
    roots = [part for kind, part in _relations(archive, "").values() if kind == "officeDocument"]
    if not roots:
        raise Refused(
            "unreadable", "a zip archive, but no xlsx workbook; deliver the workbook itself"
        )
    book, listed = _read_book(archive, roots[0])
    relations = _relations(archive, roots[0])
    parts = dict(relations.values())
    if "styles" in parts:
        styles = _Styles()
        parse(parts["styles"], read_member(archive, parts["styles"]), styles.start, styles.end)
        book.date_styles, book.codes = styles.dates, styles.own
    texts = _Texts()
    if "sharedStrings" in parts:
        part = parts["sharedStrings"]
        parse(part, read_member(archive, part), texts.start, texts.end, texts.text)
    for sheet, relation in listed:
        kind, part = relations.get(relation, ("", ""))
        if kind == "worksheet":
            book.sheets.append(read_sheet(part, read_member(archive, part), sheet, texts.texts))
    return book


def _read_book(archive: zipfile.ZipFile, part: str) -> tuple[Spreadsheet, list[tuple[Sheet, str]]]:
    book = Spreadsheet()
    listed: list[tuple[Sheet, str]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        tag = local(name)
        if tag == "workbookPr":
            book.epoch_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            pending = attributes.get("fullCalcOnLoad") in ("1", "true")
            book.calculated = not (pending or attributes.get("calcMode") == "manual")
        elif tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            listed.append((Sheet(attributes.get("name", ""), hidden), relation))

    parse(part, read_member(archive, part), start)
    return book, listed
