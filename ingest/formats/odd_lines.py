"""Lines within a table that seem to be no rows: totals, and the header again.

Belongs here: recognising them, to say so beside their faults. Does not: leaving any line out, which
only a column map does (map_rows.py).

A line of totals lacks most values, and its faults ask for each of them. Filled in, it would become
a row that nobody sold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.judging.table import Note, RawTable
from ingest.packaged import packaged_yaml

WORDS_FILE = Path(__file__).with_name("total_words.yaml")
LOOKED_THROUGH = 50  # rows from which the number of filled cells of an ordinary one is taken


@dataclass(frozen=True)
class OddLine:
    """A line that seems to be no row: `text` in the column `column` shows it; `again` where it is
    the header once more."""

    row: int
    place: str
    column: str
    text: str
    again: bool


@cache
def _words() -> frozenset[str]:
    return frozenset(packaged_yaml(WORDS_FILE)["words"])


def odd_lines(table: RawTable) -> list[OddLine]:
    """The lines of a table, in its own columns, that seem to be totals or the header again.

    A line of totals begins with such a word and fills at most half as many cells as the others.
    """
    header = [name.strip().lower() for name in table.header]
    lines = list(_lines(table))
    most = max((sum(map(bool, texts)) for *_, texts in lines[:LOOKED_THROUGH]), default=0)
    odd = []
    for row, place, texts in lines:
        at = next((at for at, text in enumerate(texts) if text), len(header))
        if at >= len(header):
            continue  # nothing of it could be read, or it stands beside the table
        first = texts[at].lower()
        again = len(texts) > 1 and first == header[at] and [t.lower() for t in texts] == header
        is_total = first.rstrip(": ") in _words() and 2 * sum(map(bool, texts)) <= most
        if again or is_total:
            odd.append(OddLine(row, place, table.header[at].strip(), texts[at], again))
    return odd


def _lines(table: RawTable) -> Iterator[tuple[int, str, list[str]]]:
    """(row, its place for people, its texts) of every line, shaped or broken."""
    cells = table.cells or [""] * len(table.rows)
    for row, cell, fields in zip(table.row_numbers, cells, table.rows, strict=True):
        yield row, cell or f"row {row}", [(text or "").strip() for text in fields]
    for broken in table.broken:
        place = broken.cell or f"row {broken.row}"
        yield broken.row, place, [(text or "").strip() for text in broken.fields]


def note_odd_lines(odd: list[OddLine], table: RawTable, by_map: bool = False) -> None:
    """Add a note for each of the lines that are still rows of a table, with what to do."""
    left = {*table.row_numbers, *(broken.row for broken in table.broken)}
    for line in odd:
        if line.row not in left:
            continue
        remedy = "it is no row: delete it and deliver the file again"
        if line.again:
            table.notes.append(Note("header_again", f"{line.place} is the header again; {remedy}"))
            continue
        if by_map:
            step = f'rows: [{{drop: {{"{line.column}": ["{line.text}"]}}}}]'
            remedy += f", or have the column map leave it out: `{step}`"
        seems = f"{line.place} seems to be a line of totals ({line.column}: {line.text!r})"
        table.notes.append(Note("totals", f"{seems}; if so, {remedy}"))
