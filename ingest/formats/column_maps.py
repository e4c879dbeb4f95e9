"""Reads foreign tables through declared maps, into rows with our columns.

Belongs here: applying a map. Does not: which map there is for a table (map_store.py), its form
(map_model.py), values (map_values.py), terms (map_terms.py), which rows count (map_rows.py), or
any layout (maps/*.yaml).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from math import prod
from pathlib import PurePosixPath

from ingest.formats.map_contradictions import Contradiction, contradiction_note, other_way
from ingest.formats.map_filters import Filter
from ingest.formats.map_lacks import lacking_note
from ingest.formats.map_model import ColumnMap, ColumnRule, Product
from ingest.formats.map_rows import Record, Rows, apply_steps, cut_footer, fill_down
from ingest.formats.map_store import Maps
from ingest.formats.map_terms import complete, last_day, product
from ingest.formats.map_values import BadValue, convert, number_text
from ingest.judging.clock import Clock, clock_of
from ingest.judging.contract import Column, entity
from ingest.judging.headers import fold
from ingest.judging.table import BrokenRow, Fault, Note, RawTable, ReadContext, Refused, storable
from ingest.readers.delimited import DELIMITERS

MONTH = re.compile(r"(?<!\d)(\d{4}-(?:0[1-9]|1[0-2]))(?!\d)")


def choose(context: ReadContext, header: Sequence[str]) -> ColumnMap | None:
    """The map that a table uses, of those that the caller declared; None for our own layout.

    Refused where the map that it would use can't be used.
    """
    maps = context.settings.get("maps")
    folder = folder_of(context.file, context.entity)
    return (maps if isinstance(maps, Maps) else Maps()).choose(context.entity, header, folder)


def folder_of(file: str, name: str) -> str:
    """The folder below an entity's in which a file of the landing zone lies, as a reseller's; ""
    for a file elsewhere."""
    parts = PurePosixPath(file).parts
    return parts[2] if len(parts) > 3 and parts[1] == name else ""


def encoding_of(data: bytes, context: ReadContext) -> str | None:
    """The encoding that a map declares for a file that could not be decoded; None without a map.

    The first line is read as Latin text, which no bytes contradict, to find the map.
    """
    first = data.lstrip().split(b"\n", 1)[0].decode("latin-1")
    for mark in DELIMITERS:
        layout = choose(context, [part.strip(' \r"') for part in first.split(mark)])
        if layout is not None:
            return layout.encoding
    return None


def apply(table: RawTable, context: ReadContext) -> RawTable:
    """The table in our columns when a map's header matches, else the table as it is.

    Values that a map's columns don't use are kept as `extra`. Rows that the map leaves out do not
    count as rows, and a note counts them; a value that is not as the map declares breaks its row.
    A note names columns that the map reads and the table lacks; Refused where every row needs one.
    """
    layout = choose(context, table.header)
    if layout is None:
        return table
    lacking = lacking_note(table, layout, context)
    footer, notes = cut_footer(table, layout)
    names = [fold(name) for name in table.header]
    written = zip(table.rows, table.row_numbers, strict=True)
    data_rows = [(row, number) for row, number in written if number not in footer]
    records = [dict(zip(names, row, strict=True)) for row, _ in data_rows]
    rows = Rows(records, [number for _, number in data_rows])
    fill_down(rows, table, layout)
    rows, left_out = apply_steps(rows, layout)
    notes += [
        Note("column_map", f"read by the map {layout.id}: {layout.title}"),
        *lacking,
        *left_out,
    ]
    result = RawTable(
        table.entity,
        tuple(layout.columns),
        broken=[b for b in table.broken if b.row not in footer],
        notes=table.notes + notes + _product_notes(rows, layout),
    )
    _convert_rows(result, rows, layout, context, table.header)
    return result


def _convert_rows(
    result: RawTable, rows: Rows, layout: ColumnMap, context: ReadContext, header: Sequence[str]
) -> None:
    clock = clock_of(str(context.settings["time_zone"]))
    spec = entity(layout.entity)
    plan = [(spec.column(name), rule) for name, rule in layout.columns.items()]
    fixed = {c.name: _from_path(r, context, clock) for c, r in plan if r.path is not None}
    # The order of fields in a broken row is unknown; values from its path are still right.
    known = tuple(fixed.get(name) for name in layout.columns)
    result.broken = [BrokenRow(b.row, b.faults, known) for b in result.broken]
    extra: list[str | None] = []
    result.extra = extra
    against: list[Contradiction] = []
    open_ended: list[int] = []
    only = {c.name: Filter(r.only_where, rows.records) for c, r in plan if r.only_where}
    used = {fold(name) for _, rule in plan for name in rule.names}
    for record, number in zip(rows.records, rows.numbers, strict=True):
        values: dict[str, str | None] = {}
        faults = [rows.faults[number]] if number in rows.faults else []
        for column, rule in plan:
            try:
                where = only.get(column.name)
                meant = where is None or where.meets(record)
                value = _value(record, column, rule, layout, clock, fixed) if meant else None
                values[column.name] = value
            except BadValue as bad:
                written = record.get(fold(bad.column)) if bad.column else _origin(record, rule)
                values[column.name] = None if bad.column else written
                name = bad.column or column.name
                message = f"{name} {written!r} {bad.message}"
                faults.append(Fault(bad.rule, message, number, None, column.name, written))
                if way := other_way(written or "", rule, column, layout):
                    against.append(Contradiction(number, column.name, written or "", way))
        try:
            if not faults and complete(values, layout):
                open_ended.append(number)
        except BadValue as bad:
            message = f"amount {values['amount']!r} {bad.message}"
            faults.append(Fault(bad.rule, message, number, None, "amount", values["amount"]))
        if faults:
            result.broken.append(BrokenRow(number, tuple(faults), tuple(values.values())))
            continue
        result.rows.append(tuple(values.values()))
        result.row_numbers.append(number)
        rest = {n: record[fold(n)] for n in header if fold(n) not in used and record[fold(n)]}
        unmapped = json.dumps(rest, ensure_ascii=False, sort_keys=True)
        extra.append(storable(unmapped) if rest else None)
    result.broken.sort(key=lambda row: row.row)
    if against:
        result.notes.append(contradiction_note(against, layout))
    if open_ended:
        result.notes.append(_open_ended_note(open_ended, layout))


def _open_ended_note(rows: Sequence[int], layout: ColumnMap) -> Note:
    steps = layout.columns["term_end"].open_ended
    which = f"{len(rows)} {'row has' if len(rows) == 1 else 'rows have'} no end ({_shown(rows)})"
    return Note("open_ended", f"{which}: taken as running in {steps} steps until a line ends it")


def _shown(rows: Sequence[int]) -> str:
    return (
        ("row " if len(rows) == 1 else "rows ")
        + ", ".join(map(str, rows[:10]))
        + (" and more" if len(rows) > 10 else "")
    )


def _value(
    record: Record,
    column: Column,
    rule: ColumnRule,
    layout: ColumnMap,
    clock: Clock,
    fixed: dict[str, str],
) -> str | None:
    if column.name in fixed:
        return fixed[column.name]
    if rule.constant is not None:
        return rule.constant
    value = convert(_origin(record, rule), rule, column, layout, clock)
    if value is not None and rule.months is not None:
        return _after_months(record, value, rule, layout)
    if value is None or not rule.times:
        return value
    return product(value, {name: _factor(record, name, layout) for name in rule.times})


def _after_months(record: Record, start: str, rule: ColumnRule, layout: ColumnMap) -> str:
    """The last day of a term whose first day and number of months are given."""
    text = str(rule.months)
    if isinstance(rule.months, str):
        text = _factor(record, rule.months, layout)
    try:
        return last_day(date.fromisoformat(start), int(text)).isoformat()
    except (ValueError, OverflowError) as error:
        problem = f"is not a day after which {text!r} whole months can be counted"
        raise BadValue("term", problem) from error


def _factor(record: Record, name: str, layout: ColumnMap) -> str:
    try:
        return number_text((record.get(fold(name)) or "").strip(), layout)
    except BadValue as bad:
        raise BadValue(bad.rule, bad.message, name) from bad


def _origin(record: Record, rule: ColumnRule) -> str | None:
    """The first filled one of the columns from which a value comes, or the filled ones joined."""
    texts = [record.get(fold(name)) for name in rule.origins]
    filled = [text for text in texts if text and text.strip()]
    if rule.join:
        return "/".join(text.strip() for text in filled) or None
    return filled[0] if filled else None


def _from_path(rule: ColumnRule, context: ReadContext, clock: Clock) -> str:
    """The value from the file's path; Refused when the path does not have it."""
    path = PurePosixPath(context.file)
    if rule.path == "received":
        return f"{clock.day(context.received_at)}"
    if rule.path == "folder":
        if len(path.parts) > 3:
            return path.parts[2]
        raise Refused(
            "path",
            f"the file does not say whose it is; put it into {context.source}/{context.entity}/"
            "<partner_id>/",
        )
    months = set(MONTH.findall(path.name))
    if len(months) == 1:
        return months.pop()
    raise Refused("path", f"{path.name} must hold its month once, as 2025-03; rename it")


def _product_notes(rows: Rows, layout: ColumnMap) -> list[Note]:
    """Rows that do not satisfy the published arithmetic; the stated result counts."""
    notes = []
    for published in layout.products:
        off = [
            number
            for record, number in zip(rows.records, rows.numbers, strict=True)
            if _differs(record, published, layout)
        ]
        if off:
            problem = f"{published.result} is not {' x '.join(published.factors)} rounded down"
            notes.append(Note("arithmetic", f"{problem} in {len(off)} rows ({_shown(off)})"))
    return notes


def _differs(record: Record, published: Product, layout: ColumnMap) -> bool:
    """Whether a stated result is not the product, both read as the map declares numbers."""
    try:
        stated, *factors = (
            Decimal(number_text((record.get(fold(name)) or "").strip(), layout))
            for name in (published.result, *published.factors)
        )
        place = Decimal(1).scaleb(-published.places)
        return stated != prod(factors, start=Decimal(1)).quantize(place, ROUND_DOWN)
    except (BadValue, InvalidOperation):
        return False
