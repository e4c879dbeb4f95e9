"""Quarantined rows as they were delivered, read again from the kept bytes.

Belongs here: what the quarantine holds of a delivery, and its rows' raw values. Does not: which of
them are settled (mend.py), writing files for mending (mend_files.py), or judging rows (judge.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from ingest.deliveries.discover import digest
from ingest.deliveries.raw_store import kept_file
from ingest.deliveries.settings import Settings
from ingest.formats.column_maps import choose
from ingest.formats.map_model import ColumnMap
from ingest.formats.reading import FORMATS, read
from ingest.judging.entity_paths import entity_of
from ingest.judging.headers import fold
from ingest.judging.table import RawTable, ReadContext, Refused, Row
from ingest.sources.following import noted_objects
from ingest.sources.in_place import attach, is_place
from ingest.usage.feed import SPEC, exact_path, source_of

Place = tuple[str, int]
"""Sheet of a workbook (else "") and row, as the quarantine names a row."""
SHEET = re.compile(r"^(.+)![A-Z]+[0-9]+$")


@dataclass(frozen=True)
class Problem:
    """One entry of landing.quarantine; `message` says what to do."""

    cell: str | None
    column: str | None
    value: str | None
    rule: str
    message: str


@dataclass
class Quarantined:
    """One quarantined row, or with no `row` a refused file. `fields` are in the table's order;
    None when the bytes don't give the row back."""

    row: int | None
    problems: list[Problem]
    place: Place | None = None
    fields: Row | None = None
    partner: str | None = None


@dataclass
class Batch:
    """The quarantined rows of one delivery; `table` as its reader returns it, if it can.

    `layout` is the column map by which it was read; `raw` then holds, by row number, the fields of
    rows that do not fit their header as they were delivered. `settings` are those of the landing.
    """

    delivery_id: str
    source: str
    entity: str
    file: str
    sha256: str
    received_at: datetime
    status: str
    rows: list[Quarantined] = field(default_factory=list)
    table: RawTable | None = None
    settings: Settings = field(default_factory=Settings)
    layout: ColumnMap | None = None
    raw: Mapping[int, Row] = field(default_factory=dict)

    def column(self, name: str) -> int | None:
        """The place of a declared column in the table's header."""
        header = () if self.table is None else self.table.header
        return next((i for i, h in enumerate(header) if fold(h) == fold(name)), None)

    def text(self, fields: Row | None, name: str) -> str:
        """A row's raw value of a declared column, the file's own default where it has none."""
        at = self.column(name)
        value = fields[at] if fields is not None and at is not None and at < len(fields) else None
        if not value and self.table is not None and at is None:
            value = self.table.defaults.get(name)
        return (value or "").strip()


def batches_of(con: duckdb.DuckDBPyConnection, source: str | None) -> list[Batch]:
    """The deliveries with quarantined rows, of one source or of all, each with its faults by row;
    their tables are not read yet (`fill`)."""
    rows = con.execute(
        """
        select d.delivery_id, d.source, d.entity, d.file, d.sha256, d.received_at, d.status,
            q."row", q.cell, q."column", q.value, q.rule, q.message
        from landing.quarantine as q
        inner join landing.deliveries as d using (delivery_id)
        where ? is null or d.source = ?
        order by d.source, d.entity, d.received_at, d.file, d.delivery_id,
            q."row" nulls first, q.cell, q."column", q.rule
        """,
        [source, source],
    ).fetchall()
    batches: dict[str, Batch] = {}
    places: dict[tuple[str, Place | None], Quarantined] = {}
    for *delivery, row, cell, column, value, rule, message in rows:
        batch = batches.setdefault(delivery[0], Batch(*delivery))
        place = None if row is None else (_sheet(cell), row)
        quarantined = places.get((batch.delivery_id, place))
        if quarantined is None or place is None:
            quarantined = places[batch.delivery_id, place] = Quarantined(row, [], place)
            batch.rows.append(quarantined)
        quarantined.problems.append(Problem(cell, column, value, rule, message))
    return list(batches.values())


def _sheet(cell: str | None) -> str:
    match = SHEET.match(cell or "")
    return match.group(1) if match else ""


def _reread(batch: Batch, path: Path, settings: Settings) -> RawTable | None:
    """The delivery's table from its bytes; None when no reader makes rows of them."""
    parts = tuple(batch.file.split("/")[1:])
    name = entity_of(batch.source, parts) if parts else ""
    context = ReadContext(
        batch.source, name, batch.file, batch.received_at, settings.reader_settings
    )
    data = path.read_bytes()
    try:
        tables = read(path, data, context) if name else []
    except Refused:
        return None
    table = next((t for t in tables if t.entity == batch.entity), None)
    if table is not None and any(note.kind == "column_map" for note in table.notes):
        delivered = FORMATS[Path(batch.file).suffix.lower()](data, context)
        batch.layout = choose(context, delivered.header)
        batch.raw = {broken.row: broken.fields for broken in delivered.broken}
    return table


def _usage_table(con: duckdb.DuckDBPyConnection, batch: Batch, where: str) -> RawTable | None:
    """The named rows of usage parquet, as text; the rest of a big file is never held."""
    wanted = [r.row - 2 for r in batch.rows if r.row is not None]
    source = source_of(exact_path(where))
    if is_place(where):
        attach(con)
    try:
        kinds = con.execute(f"select * from {source} limit 0").description
        rows = con.execute(
            f"select {', '.join(_as_text(name, str(kind)) for name, kind, *_ in kinds)}"
            f" from {source} where list_contains(?, file_row_number) order by file_row_number",
            [wanted],
        )
        header = [name for name, *_ in rows.description]
        fetched = rows.fetchall()
    except duckdb.Error:  # No parquet any more, or an object that changed meanwhile.
        return None
    at = header.index("file_row_number")
    return RawTable(
        SPEC.name,
        tuple(n for i, n in enumerate(header) if i != at),
        [tuple(v for i, v in enumerate(row) if i != at) for row in fetched],
        [int(row[at]) + 2 for row in fetched],
    )


def _as_text(name: str, kind: str) -> str:
    """SQL for the text of a column; a whole number that is kept as a float is written as one."""
    column = '"' + name.replace('"', '""') + '"'
    if kind not in ("FLOAT", "DOUBLE"):
        return f"{column}::varchar as {column}"
    whole = f"try_cast({column} as hugeint)"
    return f"case when {column} = {whole} then {whole}::varchar else {column}::varchar end as " + (
        column
    )


def fields_by_place(table: RawTable) -> dict[Place, Row]:
    """Every row of a table by its place, those that could not be shaped among them."""
    cells: Sequence[str | None] = table.cells or [None] * len(table.rows)
    rows = {
        (_sheet(cell), number): row
        for row, number, cell in zip(table.rows, table.row_numbers, cells, strict=True)
    }
    return rows | {(_sheet(b.cell), b.row): b.fields for b in table.broken}


# Where parquet of the feed was read, which shows where the run's landing zone was.
READ_AT = """
select distinct f.path, d.file from landing.usage_files as f
inner join landing.deliveries as d using (delivery_id) order by 1
"""


def _in_place(con: duckdb.DuckDBPyConnection, batch: Batch, landing: Path) -> str | None:
    """Where the unchanged bytes of parquet that is read in place are: in the landing zone named,
    else in the one from which the run read other files."""
    for noted in noted_objects(landing):
        if (noted.key, noted.sha256) == (batch.file, batch.sha256):
            return str(noted.place)
    roots = {landing: None}
    for path, file in con.execute(READ_AT).fetchall():
        if path.endswith(f"/{file}"):
            roots[Path(path.removesuffix(f"/{file}"))] = None
    places = [root / batch.file for root in roots]
    return next((str(p) for p in places if p.is_file() and digest(p) == batch.sha256), None)


def fill(
    con: duckdb.DuckDBPyConnection, batch: Batch, landing: Path, store: Path, settings: Settings
) -> None:
    """Read the batch's table again: from the kept bytes, or a usage file at its place. A batch
    whose bytes are nowhere any more stays without a table."""
    path = kept_file(store, batch.sha256)
    if path is not None:
        batch.table = _reread(batch, path, settings)
    elif batch.entity == SPEC.name and (place := _in_place(con, batch, landing)) is not None:
        batch.table = _usage_table(con, batch, place)
    if batch.table is None:
        return
    batch.settings = settings
    known = fields_by_place(batch.table)
    for row in batch.rows:
        row.fields = None if row.place is None else known.get(row.place) or None
        if row.row is not None and batch.raw.get(row.row) == ():
            row.fields = None  # its quotes are broken, so that nothing of it could be read
        row.partner = batch.text(row.fields, "partner_id") or None
