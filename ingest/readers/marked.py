"""Cells that wait for a person: the mark that `quarantine export` writes, and rows that hold it.

Belongs here: the mark, and keeping rows that still hold one out of the accepted rows. Does not:
which cells are marked (quarantine/mend_csv.py).
"""

from __future__ import annotations

from ingest.judging.table import BrokenRow, Fault, RawTable, Row

MARK = "<correct this"
CODES = ("utf-8", "utf-16-le", "utf-16-be")


def marked(text: str) -> str:
    """The text of a cell that nothing accepts until a person has replaced it."""
    return f"{MARK}: {text}>" if text else f"{MARK}>"


def may_hold_marks(data: bytes) -> bool:
    """Whether a mark may occur in a file's bytes."""
    return any(MARK.encode(code) in data for code in CODES)


def keep_back(table: RawTable) -> None:
    """Turn the rows of a table that still hold a mark into broken ones, each mark a fault."""
    if table.cells is not None:
        return
    kept = []
    for place, (row, number) in enumerate(zip(table.rows, table.row_numbers, strict=True)):
        faults = tuple(_faults(table, row, number))
        if faults:
            table.broken.append(BrokenRow(number, faults, row))
        else:
            kept.append(place)
    table.rows = [table.rows[place] for place in kept]
    table.row_numbers = [table.row_numbers[place] for place in kept]
    if table.extra is not None:
        table.extra = [table.extra[place] for place in kept]
    table.broken.sort(key=lambda row: row.row)


def _faults(table: RawTable, row: Row, number: int) -> list[Fault]:
    return [
        Fault(
            "unmended",
            f"{name} still holds the mark {value.strip()[:60]!r} of quarantine export; write the "
            "right value in its place, or empty the cell if nothing belongs there",
            number,
            None,
            name,
            value,
        )
        for name, value in zip(table.header, row, strict=True)
        if value and value.strip().startswith(MARK)
    ]
