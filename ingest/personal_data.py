"""Everything that is held about one person, and where: values, tables, kept files, pages, letters.

Belongs here: the search, by e-mail, by the token that replaces it and by the ids that go with it.
Does not: erasing, or printing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.judging.contract import entities, entity
from ingest.people.store import VALUES, People
from ingest.people.tokens import TOKEN, Tokens

TEXT_COLUMNS = """
select columns.schema_name, columns.table_name, columns.column_name
from duckdb_columns() as columns
inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
where columns.database_name = current_database()
    and columns.data_type in ('VARCHAR', 'VARCHAR[]')
order by all
"""
# Ids of one person, by the column that holds them in every landed table.
IDS = "contact_id"
PEOPLE = "contacts"
PARQUET = b"PAR1"
# SQL: a text in small letters contains the mark.
CONTAINS = "contains(lower({}), $mark)"
PLACE = ("_file", "_row", "_cell")
PURPOSES = {
    "landing": "as delivered; rules and proofs read it",
    "quarantine": "a row that broke its contract, kept to be mended",
    "intermediate": "worked out from what was delivered",
    "marts": "published table",
    "decisions": "published decision or what follows from it",
    "resolved": "what a delivered text means",
    "run": "what a run notes of itself and of publications",
    "policy": "the policy's own words",
}


@dataclass(frozen=True)
class Held:
    """One place: a row of a table (with the file and row it came from), or a file.

    `found_by` says which of the person's marks is in it; `why` says what it is kept for.
    """

    kind: str
    place: str
    column: str
    file: str
    row: str
    found_by: str
    why: str


def held_values(people: People, email: str) -> list[Held]:
    """What is kept under tokens of the address and of the values beside it."""
    mark = email.strip().lower()
    holds, why = _address(mark), "for whom a token stands"
    return [
        Held("value", VALUES, of, "", "", mark, why)
        for (_, of), value in people.values.items()
        if holds(value.lower().encode())
    ]


def held_in_tables(
    con: duckdb.DuckDBPyConnection, email: str, tokens: Tokens | None = None
) -> list[Held]:
    """Rows that hold the e-mail, its token, or an id that a contact with this e-mail has.

    An e-mail counts without regard to case and to blanks around it.
    """
    mark = email.strip().lower()
    columns = con.execute(TEXT_COLUMNS).fetchall()
    places = _in_columns(con, columns, mark)
    if tokens is not None:
        places += _in_columns(con, columns, tokens.address(mark))
    for one in contact_ids(con, mark, tokens):
        for schema, table, column in columns:
            if column == IDS and not TOKEN.fullmatch(one):
                places += _rows(con, schema, table, column, one, exact=True)
    return places


def contact_ids(
    con: duckdb.DuckDBPyConnection, email: str, tokens: Tokens | None = None
) -> list[str]:
    """The ids of the contacts that were delivered with this e-mail, as they landed."""
    mark = email.strip().lower()
    marks = [mark, *([tokens.address(mark)] if tokens else [])]
    rows = con.execute(
        f"select distinct {IDS} from landing.{PEOPLE}"
        f" where list_contains(?, lower(trim(email))) and {IDS} is not null order by 1",
        [marks],
    ).fetchall()
    return [one for (one,) in rows]


def _in_columns(
    con: duckdb.DuckDBPyConnection, columns: list[tuple[str, str, str]], mark: str
) -> list[Held]:
    """Rows that hold the mark in one of the columns (schema, table, name), which come by table."""
    places: list[Held] = []
    for (schema, table), of_table in groupby(columns, lambda column: column[:2]):
        names = [name for _, _, name in of_table]
        # Hardly any column names the person; one query per table says which of them do.
        tests = ", ".join(f"bool_or({CONTAINS.format(_text(name))})" for name in names)
        query = f'select {tests} from {schema}."{table}"'
        holding = con.execute(query, {"mark": mark}).fetchall()[0]
        for name, holds in zip(names, holding, strict=True):
            if holds:
                places += _rows(con, schema, table, name, mark)
    return places


def _text(column: str) -> str:
    return f'cast("{column}" as varchar)'


def _rows(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    column: str,
    mark: str,
    *,
    exact: bool = False,
) -> Iterator[Held]:
    columns = con.execute(
        "select column_name from duckdb_columns()"
        " where database_name = current_database() and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    place = [name if (name,) in columns else "null" for name in PLACE]
    text = _text(column)
    test = f"{text} = $mark" if exact else CONTAINS.format(text)
    query = f'select {text}, {", ".join(place)} from {schema}."{table}" where {test} order by all'
    holds = _address(mark)
    for value, file, row, cell in con.execute(query, {"mark": mark}).fetchall():
        if exact or holds(value.lower().encode()):
            yield Held(
                "row",
                f"{schema}.{table}",
                column,
                file or "",
                str(cell or row or ""),
                mark,
                _why(schema, table),
            )


def _address(mark: str) -> Callable[[bytes], bool]:
    """A test of bytes in small letters for the mark as a whole address, not part of a longer
    one."""
    forms = {mark, quote(mark, safe=""), mark.replace("@", "&#64;"), mark.replace("'", "&#39;")}
    spelt = sorted(form.lower().encode() for form in forms)
    whole = re.compile(
        rb"(?<![a-z0-9._%+-])(?<![a-z0-9]')(?:"
        + b"|".join(map(re.escape, spelt))
        + rb")(?![a-z0-9-]|\.[a-z0-9])"
    )

    def holds(data: bytes) -> bool:
        # A search without the pattern shows much faster that the mark does not occur.
        return any(form in data for form in spelt) and whole.search(data) is not None

    return holds


def _why(schema: str, table: str) -> str:
    if schema == "landing":
        notes = {spec.name: spec.note for spec in entities()}
        return notes.get(table) or PURPOSES.get(table, PURPOSES["landing"])
    return PURPOSES.get(schema, "")


def held_in_files(folders: Mapping[str, Path], email: str) -> list[Held]:
    """Files below the folders (by what each is for), or these files, that hold the e-mail,
    workbooks too."""
    mark = email.strip().lower()
    holds = _address(mark)
    places = []
    for why, folder in folders.items():
        inside = folder.rglob("*") if folder.is_dir() else [folder]
        for path in sorted(path for path in inside if path.is_file()):
            if any(holds(data.lower()) for data in _parts(path)):
                name = path.relative_to(folder.parent).as_posix()
                places.append(Held("file", name, "", "", "", mark, why))
    return places


def _parts(path: Path) -> Iterator[bytes]:
    """A file's bytes, and those of its members if it is a workbook or another archive; the texts of
    a parquet file; text with two bytes per character also as text with one."""
    try:
        data = path.read_bytes()
        yield data
        if data.startswith(PARQUET):
            yield from _columns(data)
        elif b"\0" in data[:1024]:
            yield data.replace(b"\0", b"")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    yield archive.read(member)
    except (OSError, zipfile.BadZipFile, RuntimeError, pa.ArrowException):
        return


def _columns(data: bytes) -> Iterator[bytes]:
    """The different texts of a parquet file; the usage feed's own columns name nobody."""
    file = pq.ParquetFile(io.BytesIO(data))
    feed = {column.name for column in entity("usage_events").columns}
    for field in file.schema_arrow:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        if is_text and field.name.lower() not in feed:
            column = file.read([field.name]).column(0).cast(pa.large_string())
            yield "\n".join(filter(None, column.unique().to_pylist())).encode()
