"""A delivered file rewritten without a person: the same rows in the same form.

Belongs here: how a file is rewritten, and what can't be. Does not: who a person is
(person.py), or where files are.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.erasing.delimited import without as delimited_without
from ingest.erasing.json_text import without as json_without
from ingest.erasing.person import Person
from ingest.formats.contents import DELIMITED, JSON
from ingest.formats.xlsx.archive import open_archive
from ingest.judging.contract import Entity
from ingest.judging.contract import entity as contract_entity
from ingest.judging.table import Refused
from ingest.readers import text
from ingest.readers.parquet import open_table

PARQUET, BOOKS = b"PAR1", (b"PK\x03\x04",)
# The elements of a workbook that name its authors, where a name occurs by itself.
AUTHORS = re.compile(
    r"(<(?:dc:creator|cp:lastModifiedBy|author)>)([^<]*)(</(?:dc:creator|cp:lastModifiedBy|author)>)"
)


class NotRewritten(ValueError):
    """The person is named in a file that can't be rewritten; the message says why."""


@dataclass(frozen=True)
class Rewritten:
    """A file's new bytes, and how many rows and values changed."""

    data: bytes
    rows: int
    values: int


def without(person: Person, data: bytes, file: str, entity: str) -> Rewritten | None:
    """The file without the person, None where it does not name them.

    `file` is its name in the landing zone, which shows its format; `entity` is the contract's name.
    Raises NotRewritten for a format that can't be rewritten.
    """
    spec = _spec(entity)
    names_people = spec is not None and (bool(spec.people) and bool(person.ids))
    if not names_people and not holds(person, data):
        return None
    ending = PurePosixPath(file).suffix.lower()
    try:
        if data.startswith(PARQUET):
            return _parquet(person, data, spec)
        if data.startswith(BOOKS):
            return _book(person, data)
        if ending in JSON:
            return _text(person, data, spec, as_json=True)
        if ending in DELIMITED:
            return _text(person, data, spec, as_json=False)
    except (Refused, ValueError, OSError, pa.ArrowException) as error:
        if not holds(person, data):
            return None
        raise NotRewritten(f"it can't be written anew ({error})") from error
    if not holds(person, data):
        return None
    raise NotRewritten(f"files ending in {ending or 'nothing'} are not written anew")


def holds(person: Person, data: bytes) -> bool:
    """Whether an address of the person occurs in the bytes, in those of an archive's members, or
    in the text of a parquet file."""
    return any(_names_person(person, part) for part in _parts(data))


def _parts(data: bytes) -> list[bytes]:
    parts = [data]
    if data.startswith(BOOKS):
        broken = (zipfile.BadZipFile, RuntimeError, OSError, ValueError)
        with contextlib.suppress(*broken), zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts += [archive.read(member) for member in archive.infolist()]
    if data.startswith(PARQUET):
        with contextlib.suppress(Refused, ValueError, pa.ArrowException):
            table = open_table(data)
            parts += [
                "\n".join(str(value) for value in table.column(at).unique().to_pylist()).encode()
                for at in _text_columns(table)
            ]
    return parts


def _names_person(person: Person, data: bytes) -> bool:
    low = data.lower()
    for address in person.addresses:
        forms = {address, quote(address, safe=""), address.replace("@", "&#64;")}
        marks = [
            form.encode(name) for form in forms for name in ("utf-8", "utf-16-le", "utf-16-be")
        ]
        for mark in marks:
            if mark in low and (b"\0" in mark or person.pattern.search(_shown(low))):
                return True
    return False


def _shown(data: bytes) -> str:
    shown = data.decode("latin-1")
    return shown.replace("%40", "@").replace("&#64;", "@")


def _spec(entity: str) -> Entity | None:
    try:
        return contract_entity(entity)
    except KeyError:
        return None


def _text(person: Person, data: bytes, spec: Entity | None, *, as_json: bool) -> Rewritten | None:
    mark, codec = _codec(data)
    content = data[len(mark) :].decode(codec)
    way = json_without if as_json else delimited_without
    made, rows, values = way(person, content, spec)
    return Rewritten(mark + made.encode(codec), rows, values) if values else None


def _codec(data: bytes) -> tuple[bytes, str]:
    """(byte order mark, codec). Text of a code page is taken byte by byte: addresses are ASCII."""
    if data.startswith(codecs.BOM_UTF8):
        return codecs.BOM_UTF8, "utf-8"
    for mark, codec in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return mark, codec
    codec = text.encoding_of(data)
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        codec = "latin-1"
    return b"", codec


def _text_columns(table: pa.Table) -> list[int]:
    def is_text(kind: pa.DataType) -> bool:
        if pa.types.is_dictionary(kind):
            return is_text(kind.value_type)
        tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
        return any(test(kind) for test in tests)

    return [at for at, field in enumerate(table.schema) if is_text(field.type)]


def _parquet(person: Person, data: bytes, spec: Entity | None) -> Rewritten | None:
    table = open_table(data)
    places = _text_columns(table)
    header = [table.column_names[at] for at in places]
    columns = [table.column(at).to_pylist() for at in places]
    rows = values = 0
    for number, cells in enumerate(zip(*columns, strict=True)):
        blanked = person.row(header, cells, spec)
        changed = [at for at, cell in enumerate(cells) if blanked[at] != cell]
        rows, values = rows + bool(changed), values + len(changed)
        for at in changed:
            columns[at][number] = blanked[at]
    if not values:
        return None
    for at, column in zip(places, columns, strict=True):
        field = table.schema.field(at)
        made = pa.array(column, pa.large_string()).cast(
            field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        )
        if pa.types.is_dictionary(field.type):
            made = made.dictionary_encode().cast(field.type)
        table = table.set_column(at, field, made)
    out = io.BytesIO()
    pq.write_table(table, out)
    return Rewritten(out.getvalue(), rows, values)


def _book(person: Person, data: bytes) -> Rewritten | None:
    values = 0
    out = io.BytesIO()
    with open_archive(data) as archive, zipfile.ZipFile(out, "w") as made:
        for member in archive.infolist():
            content = archive.read(member)
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                content, changed = _part(person, content)
                values += changed
            made.writestr(member, content)
    return Rewritten(out.getvalue(), values, values) if values else None


def _part(person: Person, content: bytes) -> tuple[bytes, int]:
    """A part of a workbook without the person, and how many values changed."""
    try:
        written = content.decode("utf-8")
    except UnicodeDecodeError:
        return content, 0
    values = 0

    def address(match: re.Match[str]) -> str:
        nonlocal values
        values += 1
        return person.token(match[0])

    def author(match: re.Match[str]) -> str:
        nonlocal values
        if not person.is_name(match[2]):
            return match[0]
        values += 1
        return match[1] + person.token(match[2], "name") + match[3]

    made = AUTHORS.sub(author, person.pattern.sub(address, written))
    return made.encode("utf-8"), values
