"""What a map does to rows as a whole: footers, groups, soft deletes, history.

Belongs here: which rows of a foreign table count. Does not: their values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ingest.formats.map_filters import Filter
from ingest.formats.map_model import ColumnMap, Latest, RowStep
from ingest.formats.map_values import BadValue
from ingest.judging.headers import fold
from ingest.judging.table import Fault, Note, RawTable, Refused
from ingest.judging.truth import truth

Record = dict[str, str | None]
"""A row by folded column name."""


@dataclass
class Rows:
    """Records of a foreign table with the numbers under which a spreadsheet shows them.

    `faults`: row number -> why a step could not say whether that row counts. Such a row stays, and
    is quarantined.
    """

    records: list[Record]
    numbers: list[int]
    faults: dict[int, Fault] = field(default_factory=dict)

    def only(self, places: list[int]) -> Rows:
        """The rows at these places."""
        records, numbers = [self.records[i] for i in places], [self.numbers[i] for i in places]
        return Rows(records, numbers, self.faults)


def _alone(fields: tuple[str | None, ...]) -> bool:
    """Whether only the first cell of a line is filled: spreadsheets pad a footer's lines with empty
    cells."""
    return bool(fields) and not any(text and text.strip() for text in fields[1:])


def _tail(table: RawTable) -> list[tuple[int, str]]:
    """(row, text) of the lines of one value at a table's end, in order."""
    lines = [(number, row) for row, number in zip(table.rows, table.row_numbers, strict=True)]
    lines += [(broken.row, broken.fields) for broken in table.broken]
    tail: list[tuple[int, str]] = []
    for number, fields in sorted(lines, reverse=True):
        if not _alone(fields):
            break
        tail.append((number, fields[0] or ""))
    return tail[::-1]


def cut_footer(table: RawTable, layout: ColumnMap) -> tuple[set[int], list[Note]]:
    """Row numbers of the footer: the lines with one value after the table, one of which matches.

    Refused when the footer states another number of rows than the table has: it was cut short.
    """
    tail = _tail(table)
    known = [at for at, (_, text) in enumerate(tail) if _matches(text, layout.footer)]
    if not known:
        return set(), []
    lines = len(table.rows) + len(table.broken)
    promises = [re.search(layout.total, text) for _, text in tail if layout.total]
    promised = [promise for promise in promises if promise]
    if not promised:
        # Nothing says how long the table is: everything above the first known line is a row.
        tail = tail[known[0] :]
    for promise in promised:
        if int(promise.group(1).replace(",", "")) != lines - len(tail):
            raise Refused(
                "truncated",
                f"the footer says {promise.group(1)} records and the table has "
                f"{lines - len(tail)}; export the report again",
            )
    return {row for row, _ in tail}, [Note("footer", f"{len(tail)} footer lines are not rows")]


def _matches(text: str, patterns: tuple[str, ...]) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def fill_down(rows: Rows, table: RawTable, layout: ColumnMap) -> None:
    """Give repeated rows of a grouped report their group; only columns that lead the header.

    A column further right that is empty is simply empty.
    """
    wanted = {fold(name) for name in layout.fill_down}
    leading = []
    for name in map(fold, table.header):
        if name not in wanted:
            break
        leading.append(name)
    current: dict[str, str | None] = {}
    for record in rows.records:
        filled = [place for place, name in enumerate(leading) if record.get(name)]
        start = filled[0] if filled else len(leading)
        for name in leading[:start]:
            record[name] = current.get(name)
        current = {name: record.get(name) for name in leading}


def apply_steps(rows: Rows, layout: ColumnMap) -> tuple[Rows, list[Note]]:
    """The rows that are ours after every step, and for each step how many it left out."""
    notes = []
    for step in layout.rows:
        after = _step(rows, step)
        left = len(rows.records) - len(after.records)
        if left:
            notes.append(Note("left_out", f"{left} rows left out: {_in_words(step)}"))
        rows = after
    return rows, notes


def _step(rows: Rows, step: RowStep) -> Rows:
    places = range(len(rows.records))
    if step.drop is not None:
        return _filtered(rows, Filter(step.drop, rows.records), False)
    if step.keep is not None:
        return _filtered(rows, Filter(step.keep, rows.records), True)
    if step.latest is not None:
        return rows.only(_latest(rows, step.latest))
    assert step.absorbed is not None
    name, listed = fold(step.absorbed.id), fold(step.absorbed.ids)
    gone = {
        old.strip()
        for record in rows.records
        for old in re.split(r"[;,]", record.get(listed) or "")
        if old.strip() and old.strip() != record.get(name)
    }
    return rows.only([i for i in places if (rows.records[i].get(name) or "").strip() not in gone])


def _filtered(rows: Rows, condition: Filter, wanted: bool) -> Rows:
    """The rows that meet a condition, or those that don't; an unclear one stays, with its fault."""
    places: list[int] = []
    for place, record in enumerate(rows.records):
        try:
            if condition.meets(record) is not wanted:
                continue
        except BadValue as bad:
            number, written = rows.numbers[place], record.get(fold(bad.column or ""))
            message = f"{bad.column} {written!r} {bad.message}"
            rows.faults[number] = Fault(bad.rule, message, number, None, bad.column, written)
        places.append(place)
    return rows.only(places)


def _latest(rows: Rows, latest: Latest) -> list[int]:
    """The place of the last version of each thing, in the order of the file; among ties the later
    one."""
    of, by = [fold(n) for n in latest.of], [fold(n) for n in latest.by]
    best: dict[tuple[str | None, ...], int] = {}
    for place, record in enumerate(rows.records):
        thing = tuple(record.get(name) for name in of)
        rank = [_rank(record.get(name)) for name in by]
        held = best.get(thing)
        if held is None or rank >= [_rank(rows.records[held].get(name)) for name in by]:
            best[thing] = place
    return sorted(best.values())


def _rank(text: str | None) -> tuple[int, Decimal, str]:
    """Versions by number where they are numbers (10 after 9), truth values as 0 and 1, else as text
    (ISO moments)."""
    try:
        number = Decimal((text or "").strip())
        return (1, number, "") if number.is_finite() else (2, Decimal(0), text or "")
    except InvalidOperation:
        meant = truth(text)
        if meant is not None:
            return 1, Decimal(meant), ""
        return (2 if text else 0, Decimal(0), text or "")


def _in_words(step: RowStep) -> str:
    if step.latest is not None:
        return f"an older version of the same {', '.join(step.latest.of)}"
    if step.absorbed is not None:
        return "merged into another record"
    wanted = step.drop or step.keep or {}
    verb = "is" if step.drop is not None else "is not"
    return "; ".join(f"{name} {verb} {' or '.join(texts)}" for name, texts in wanted.items())
