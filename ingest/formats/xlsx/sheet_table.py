"""A table of text with the cell of every value, and how two sheets become one.

Belongs here: joining, filling in from the Cover, handing over to the judge. Does not: reading a
sheet (sheet_rows.py) or which sheets a report has (workbook.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.judging.table import BrokenRow, Fault, Note, RawTable, Row

Places = tuple[str | None, ...]
"""The cell of each value of a row, e.g. `Subscriptions!C5`."""


@dataclass(frozen=True)
class SheetTable:
    """header: the contract's names where they match; rows, places and numbers run in parallel."""

    entity: str
    header: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    places: tuple[Places, ...] = ()
    numbers: tuple[int, ...] = ()
    first_cells: tuple[str, ...] = ()
    broken: tuple[BrokenRow, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    def cell_of_first(self, column: str) -> str | None:
        """The cell of a column in the first row, None where the sheet has no such column."""
        if column not in self.header or not self.rows:
            return None
        return self.places[0][self.header.index(column)]

    def _aligned(self, header: tuple[str, ...]) -> SheetTable:
        """The same rows under a wider header; columns that the sheet lacks are empty."""
        at = [self.header.index(name) if name in self.header else None for name in header]

        def pick(values: Sequence[str | None]) -> tuple[str | None, ...]:
            return tuple(values[i] if i is not None and i < len(values) else None for i in at)

        return replace(
            self,
            header=header,
            rows=tuple(pick(row) for row in self.rows),
            places=tuple(pick(row) for row in self.places),
            broken=tuple(replace(row, fields=pick(row.fields)) for row in self.broken),
        )

    def followed_by(self, other: SheetTable) -> SheetTable:
        """The rows of this sheet, then those of the other, under the columns of both."""
        header = tuple(dict.fromkeys((*self.header, *other.header)))
        one, two = self._aligned(header), other._aligned(header)
        return SheetTable(
            self.entity,
            header,
            one.rows + two.rows,
            one.places + two.places,
            one.numbers + two.numbers,
            one.first_cells + two.first_cells,
            one.broken + two.broken,
            one.notes + two.notes,
        )

    def filled(self, column: str, value: str | None, place: str | None) -> SheetTable:
        """Empty values of a column take `value`; rows with a different value are broken."""
        table = self if column in self.header else self._aligned((*self.header, column))
        at = table.header.index(column)
        indexes: list[int] = []
        rows, places, broken = [], [], list(table.broken)
        for index, row in enumerate(table.rows):
            own = row[at]
            if own and value and own.strip() != value.strip():
                broken.append(table._contradiction(index, column, own, f"{place} says {value!r}"))
                continue
            spots = table.places[index]
            indexes.append(index)
            rows.append(row if own else (*row[:at], value, *row[at + 1 :]))
            places.append(spots if own else (*spots[:at], place, *spots[at + 1 :]))
        fields = [
            replace(b, fields=(*b.fields[:at], b.fields[at] or value, *b.fields[at + 1 :]))
            for b in broken
        ]
        return replace(
            table,
            rows=tuple(rows),
            places=tuple(places),
            numbers=tuple(table.numbers[i] for i in indexes),
            first_cells=tuple(table.first_cells[i] for i in indexes),
            broken=tuple(fields),
        )

    def _contradiction(self, index: int, column: str, own: str, other: str) -> BrokenRow:
        cell = self.places[index][self.header.index(column)]
        message = f"{column} is {own!r}, but {other}; a workbook is one partner and month"
        fault = Fault("cover", message, self.numbers[index], cell, column, own)
        return BrokenRow(self.numbers[index], (fault,), self.rows[index], self.first_cells[index])

    def without(self, column: str) -> SheetTable:
        """The same rows without a column."""
        return self._aligned(tuple(name for name in self.header if name != column))

    def raw(self) -> RawTable:
        """The table as the judge takes it."""
        places = self.places
        return RawTable(
            entity=self.entity,
            header=self.header,
            rows=list(self.rows),
            row_numbers=list(self.numbers),
            cells=list(self.first_cells),
            cell_of=lambda row, column: places[row][column],
            broken=list(self.broken),
        )
