"""Judges text by the contract: which rows are good, which are not, and why.

Belongs here: judging whole batches of deliveries of one entity at once. Does not: reading files,
whether a delivery as a whole is refused (expectations/), replaced reports (receipt_order.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from ingest.judging.contract import Column, Entity
from ingest.judging.frames import CELL, EXTRA, INDEX, PLACES, ROW, TABLE, Sheet, sheets, text_frame
from ingest.judging.literals import blank_to_null, literal
from ingest.judging.rules import rules_of
from ingest.judging.table import BrokenRow, RawTable, Row, storable

LONGEST_SHOWN = 200
LONGEST_NAMED = 60  # characters of a value inside a message
FAULTS: dict[str, Any] = {
    TABLE: pl.Int32,
    "row": pl.Int64,
    "cell": pl.String,
    "column": pl.String,
    "value": pl.String,
    "rule": pl.String,
    "message": pl.String,
}
Choices = Mapping[tuple[str, str], tuple[str, ...]]
"""(entity, column) -> members of an enum that policy data gives instead of the contract."""


@dataclass(frozen=True)
class Tally:
    """The counts of one table of a batch, before it is known whether it lands."""

    read: int
    quarantined: int
    duplicate: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass
class Judged:
    """The result of a batch; `_table` is the table's place in it.

    good: canonical text of the declared columns and PLACES, without duplicates.
    faults: FAULTS, one row for each thing wrong.
    bad: declared columns as raw text and PLACES of the quarantined rows, as far as they were read.
    again: PLACES of the rows that repeat an earlier one of their file.
    unjudged: raw text and PLACES, as of `bad`, of the rows of files whose header does not fit.
    zone: the program's.
    """

    spec: Entity
    good: pl.DataFrame
    faults: pl.DataFrame
    bad: pl.DataFrame
    again: pl.DataFrame
    unjudged: pl.DataFrame
    tallies: list[Tally]
    zone: str


def with_choices(spec: Entity, choices: Choices) -> Entity:
    """The entity with the enum members that policy data gives."""
    columns = tuple(
        replace(c, choices=choices[spec.name, c.name]) if (spec.name, c.name) in choices else c
        for c in spec.columns
    )
    return replace(spec, columns=columns)


def _value_faults(column: Column, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows whose value of one column is missing or is not a literal of its kind."""
    raw, parsed = pl.col(f"raw {column.name}"), pl.col(column.name)
    wrong = frame.filter(parsed.is_null() & (raw.is_not_null() | (not column.optional)))
    if not wrong.height:
        return pl.DataFrame(schema=FAULTS | {INDEX: pl.Int32})
    unmet = literal(column, pl.col("none"))
    empty = raw.is_null()
    required = f"{column.name} is required and empty; fill it"
    return wrong.select(
        TABLE,
        pl.col(ROW).alias("row"),
        pl.col(CELL).alias("cell"),
        pl.lit(column.name).alias("column"),
        raw.str.slice(0, LONGEST_SHOWN).alias("value"),
        pl.when(empty).then(pl.lit("required")).otherwise(pl.lit(unmet.rule)).alias("rule"),
        pl.when(empty)
        .then(pl.lit(required))
        .otherwise(_about(column.name, raw, unmet.message))
        .alias("message"),
        INDEX,
    )


def _about(name: str, raw: pl.Expr, message: str) -> pl.Expr:
    """A sentence about the value of a column."""
    value = raw.str.slice(0, LONGEST_NAMED).fill_null("")
    return pl.lit(f"{name} '") + value + pl.lit(f"' {message}")


def _rule_faults(spec: Entity, frame: pl.DataFrame) -> list[pl.DataFrame]:
    faults = []
    for rule in rules_of(spec):
        raw = pl.col(f"raw {rule.column}")
        wrong = frame.filter(rule.broken)
        if wrong.height:
            faults.append(
                wrong.select(
                    TABLE,
                    pl.col(ROW).alias("row"),
                    pl.col(CELL).alias("cell"),
                    pl.lit(rule.column).alias("column"),
                    raw.str.slice(0, LONGEST_SHOWN).alias("value"),
                    pl.lit(rule.name).alias("rule"),
                    _about(rule.column, raw, rule.message).alias("message"),
                    INDEX,
                )
            )
    return faults


def _parsed(spec: Entity, text: pl.DataFrame) -> pl.DataFrame:
    """Raw text as `raw <column>` (empty as null) and canonical text under the column's name."""
    names = [c.name for c in spec.columns]
    raw = text.select(*PLACES, *(blank_to_null(pl.col(n)).alias(f"raw {n}") for n in names))
    # Lazily, so that what the expressions of one literal share is computed only once.
    parsed = (literal(c, pl.col(f"raw {c.name}")).value.alias(c.name) for c in spec.columns)
    return raw.lazy().with_columns(parsed).collect()


def _named_cells(faults: pl.DataFrame, batch: Sequence[Sheet]) -> pl.DataFrame:
    """Faults of workbook rows name the value's own cell, not the first of its row.

    A value from another sheet (the Cover applies to all) is named in the message, since the cell
    identifies the row and two sheets have rows with the same number.
    """
    if not any(sheet.table.cell_of for sheet in batch):
        return faults
    cells, messages = [], []
    parts = faults.select(TABLE, INDEX, "column", "cell", "message")
    for number, index, column, first, message in parts.iter_rows():
        sheet = batch[number]
        place = sheet.match.places.get(column)
        known = sheet.table.cell_of is not None and place is not None
        own = sheet.table.cell_of(index, place) if known else None
        here = own is None or own.rpartition("!")[0] == (first or "").rpartition("!")[0]
        cells.append(own if own and here else first)
        messages.append(message if here else f"{message} (it stands in {own})")
    return faults.with_columns(
        pl.Series("cell", cells, pl.String), pl.Series("message", messages, pl.String)
    )


def _broken_faults(batch: Sequence[Sheet]) -> pl.DataFrame:
    rows = [
        (
            s.number,
            f.row if f.row is not None else b.row,
            f.cell or b.cell,
            f.column,
            None if f.value is None else f.value[:LONGEST_SHOWN],
            f.rule,
            f.message,
        )
        for s in batch
        for b in s.table.broken
        for f in (fault.storable() for fault in b.faults)
    ]
    return pl.DataFrame(rows, schema=FAULTS, orient="row")


def _broken_rows(spec: Entity, batch: Sequence[Sheet]) -> pl.DataFrame:
    """What could be read of broken rows, in declared columns."""

    def values(sheet: Sheet, row: BrokenRow) -> tuple[object, ...]:
        texts = []
        for column in spec.columns:
            place = sheet.match.places.get(column.name, len(row.fields))
            text = row.fields[place] if place < len(row.fields) else None
            text = sheet.table.defaults.get(column.name) if text is None else text
            texts.append(None if text is None else storable(text))
        return (*texts, sheet.number, None, row.row, row.cell, None)

    rows = [values(s, b) for s in batch for b in s.table.broken]
    return pl.DataFrame(rows, {c.name: pl.String for c in spec.columns} | PLACES, orient="row")


def _unjudged(spec: Entity, batch: Sequence[Sheet]) -> pl.DataFrame:
    def values(sheet: Sheet, row: Row) -> list[str | None]:
        defaults, places = sheet.table.defaults, sheet.match.places
        texts = (
            row[places[c.name]] if c.name in places else defaults.get(c.name) for c in spec.columns
        )
        return [None if text is None else storable(text) for text in texts]

    rows = [
        (*values(s, row), s.number, i, number, s.table.cells[i] if s.table.cells else None, None)
        for s in batch
        if not s.fits
        for i, (row, number) in enumerate(zip(s.table.rows, s.table.row_numbers, strict=True))
    ]
    return pl.DataFrame(rows, {c.name: pl.String for c in spec.columns} | PLACES, orient="row")


def _is_duplicate(spec: Entity) -> pl.Expr:
    """A row equal in all columns, unknown ones too, to an earlier one of its file.

    Rows of usage_events are never duplicates of each other (semantics 4).
    """
    if spec.name == "usage_events":
        return pl.lit(False)
    return ~pl.struct(TABLE, EXTRA, *(f"raw {c.name}" for c in spec.columns)).is_first_distinct()


def _unknown(sheet: Sheet) -> Iterator[str]:
    """Names of unknown columns; a column without a name counts only if it has a value."""
    for place in sheet.match.unknown:
        name = sheet.table.header[place].strip()
        if name:
            yield name
        elif any(row[place] for row in sheet.table.rows):
            yield f"column {place + 1}"


def _tallies(batch: Sequence[Sheet], wrong: pl.DataFrame, twice: pl.DataFrame) -> list[Tally]:
    bad = dict(wrong.group_by(TABLE).len().iter_rows())
    same = dict(twice.group_by(TABLE).len().iter_rows())
    return [
        Tally(
            read=len(s.table.rows) + len(s.table.broken),
            quarantined=bad.get(s.number, 0) + len(s.table.broken),
            duplicate=same.get(s.number, 0),
            missing=s.match.missing,
            twice=s.match.twice,
            unknown=tuple(_unknown(s)),
        )
        for s in batch
    ]


def with_zone(spec: Entity, zone: str) -> Entity:
    """The entity with the zone in which its days without a time begin.

    Only the usage feed has such days: a day's sum belongs to the day that is printed. Elsewhere a
    timestamp without an offset is UTC (semantics 2).
    """
    if spec.name != "usage_events":
        return spec
    columns = (replace(c, day_zone=zone) if c.kind == "timestamp" else c for c in spec.columns)
    return replace(spec, columns=tuple(columns))


def judge(
    spec: Entity, tables: Sequence[RawTable], choices: Choices | None = None, zone: str = "UTC"
) -> Judged:
    """Judge the rows of many deliveries of one entity at once; `zone` is the program's.

    Rows of a table whose header lacks a required column, or names one twice, are counted but not
    judged: such a file is refused as a whole. A row with a fault is quarantined however often it
    occurs; among good rows a repetition counts as duplicate.
    """
    spec = with_zone(with_choices(spec, choices or {}), zone)
    batch = sheets(spec, tables)
    text = text_frame(spec, batch)
    frame = _parsed(spec, text)
    parts = [_value_faults(column, frame) for column in spec.columns]
    parts += _rule_faults(spec, frame)
    value_faults = pl.concat(parts)
    wrong = value_faults.select(TABLE, INDEX).unique()
    fine = frame.join(wrong, on=[TABLE, INDEX], how="anti", maintain_order="left")
    marked = fine.with_columns(_is_duplicate(spec).alias("again"))
    names = [c.name for c in spec.columns]
    faults = pl.concat([_named_cells(value_faults, batch).drop(INDEX), _broken_faults(batch)])
    bad = text.join(wrong, on=[TABLE, INDEX], how="semi", maintain_order="left")
    return Judged(
        spec=spec,
        good=marked.filter(~pl.col("again")).select(*names, *PLACES),
        faults=faults.sort(TABLE, "row", "cell", "column", "rule", nulls_last=True),
        bad=pl.concat([bad, _broken_rows(spec, batch)]),
        again=marked.filter("again").select(*PLACES),
        unjudged=_unjudged(spec, batch),
        tallies=_tallies(batch, wrong, marked.filter("again")),
        zone=zone,
    )
