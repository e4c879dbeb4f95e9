"""Many raw tables of one entity as one Polars frame of text.

Belongs here: joining tables, unknown columns as JSON, the place of each row.
Does not: what values mean (literals.py, judge.py).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from ingest.judging.contract import Entity
from ingest.judging.headers import Match, match
from ingest.judging.table import BrokenRow, Fault, RawTable

# Columns that say where a row came from; no declared column starts with an underscore.
TABLE, INDEX, ROW, CELL, EXTRA = "_table", "_index", "_row", "_cell", "_extra"
PLACES: dict[str, Any] = {
    TABLE: pl.Int32,
    INDEX: pl.Int32,
    ROW: pl.Int64,
    CELL: pl.String,
    EXTRA: pl.String,
}


@dataclass(frozen=True)
class Sheet:
    """A raw table with its number in the batch and how its header fits the entity."""

    number: int
    table: RawTable
    match: Match

    @property
    def fits(self) -> bool:
        """Whether its rows can be judged at all."""
        return not self.match.missing and not self.match.twice


def sheets(spec: Entity, tables: Sequence[RawTable]) -> list[Sheet]:
    """Number the tables of a batch and match their headers to the entity."""
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], Match] = {}
    result = []
    for number, table in enumerate(tables):
        shape = (table.header, tuple(table.defaults))
        if shape not in known:
            known[shape] = match(spec, *shape)
        _move_unencodable(table)
        result.append(Sheet(number, table, known[shape]))
    return result


def _encodable(row: Sequence[str | None]) -> bool:
    try:
        "".join(value for value in row if value).encode()
    except UnicodeEncodeError:
        return False
    return True


def _move_unencodable(table: RawTable) -> None:
    """Move values with half a surrogate pair, which JSON can spell, out of the table, which cannot
    hold them."""
    if _encodable([value for row in table.rows for value in row]):
        return
    places: list[int] = []
    for place, (row, number) in enumerate(zip(table.rows, table.row_numbers, strict=True)):
        if _encodable(row):
            places.append(place)
            continue
        fault = Fault("text", "a value holds half a surrogate pair; correct the text", row=number)
        cell = table.cells[place] if table.cells else None
        table.broken.append(BrokenRow(number, (fault,), row, cell))
    table.rows = [table.rows[i] for i in places]
    table.row_numbers = [table.row_numbers[i] for i in places]
    table.cells = None if table.cells is None else [table.cells[i] for i in places]
    table.extra = None if table.extra is None else [table.extra[i] for i in places]


def _member(name: str, place: int, others: Container[str]) -> str:
    """The name of an unknown column in the JSON; a column without a name gets its place."""
    member = name.strip() or f"column {place + 1}"
    while not name.strip() and member in others:
        member += "'"
    return member


def _extra(header: Sequence[str], unknown: Sequence[int], names: Sequence[str]) -> pl.Expr:
    """Unknown columns as one JSON object per row; null where all of them are empty."""
    if not unknown:
        return pl.lit(None, dtype=pl.String)
    shown = {header[i].strip() for i in unknown}
    fields = [pl.col(names[i]).alias(_member(header[i], i, shown)) for i in unknown]
    filled = pl.any_horizontal(pl.col(names[i]).str.len_bytes() > 0 for i in unknown)
    return pl.when(filled).then(pl.struct(fields).struct.json_encode())


def _or_none(values: Sequence[str | None] | None, count: int) -> Sequence[str | None]:
    return [None] * count if values is None else values


def _same_layout(spec: Entity, group: list[Sheet]) -> pl.DataFrame:
    """Tables that share one header, one below the other."""
    header, fit = group[0].table.header, group[0].match
    names = [f"c{i}" for i in range(len(header))]
    rows = [row for sheet in group for row in sheet.table.rows]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    # A column without a name and without values is only an extra delimiter.
    unknown = [i for i in fit.unknown if header[i].strip() or any(columns[i])]
    raw = {n: pl.Series(n, values, pl.String) for n, values in zip(names, columns, strict=True)}
    counts = [(sheet, len(sheet.table.rows)) for sheet in group]

    def spread(values: Sequence[object], dtype: pl.DataType) -> pl.Series:
        lengths = pl.Series([n for _, n in counts], dtype=pl.UInt32)
        lists = pl.DataFrame({"v": pl.Series(values, dtype=dtype), "n": lengths})
        return lists.select(pl.col("v").repeat_by("n").explode(empty_as_null=False))["v"]

    frame = pl.DataFrame(raw, height=len(rows)) if raw else pl.DataFrame(height=len(rows))
    defaulted = {c.name for c in spec.columns} - set(fit.places)
    out: list[pl.Expr | pl.Series] = []
    out += [pl.col(names[place]).alias(column) for column, place in fit.places.items()]
    for column in sorted(defaulted):
        if any(column in sheet.table.defaults for sheet in group):
            values = [sheet.table.defaults.get(column) for sheet in group]
            out.append(spread(values, pl.String()).alias(column))
        else:
            out.append(pl.lit(None, dtype=pl.String).alias(column))
    index = [i for _, n in counts for i in range(n)]
    cells = [c for s, n in counts for c in _or_none(s.table.cells, n)]
    extras = [e for s, n in counts for e in _or_none(s.table.extra, n)]
    own = pl.Series(EXTRA, extras, pl.String)
    places: list[pl.Expr | pl.Series] = [
        spread([s.number for s in group], pl.Int32()).alias(TABLE),
        pl.Series(INDEX, index, pl.Int32),
        pl.Series(ROW, [r for s in group for r in s.table.row_numbers], pl.Int64),
        pl.Series(CELL, cells, pl.String),
        pl.coalesce(pl.lit(own), _extra(header, unknown, names)).alias(EXTRA),
    ]
    return frame.select(*out, *places).select(*(c.name for c in spec.columns), *PLACES)


def text_frame(spec: Entity, batch: Sequence[Sheet]) -> pl.DataFrame:
    """Rows of every fitting table: declared columns as raw text, then PLACES, in batch order."""
    schema = {c.name: pl.String for c in spec.columns} | PLACES

    def layout(sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return sheet.table.header, tuple(sorted(sheet.table.defaults))

    fitting = sorted((s for s in batch if s.fits and s.table.rows), key=layout)
    parts = [_same_layout(spec, list(group)) for _, group in groupby(fitting, key=layout)]
    return pl.concat([pl.DataFrame(schema=schema), *parts]).sort(TABLE, INDEX)
