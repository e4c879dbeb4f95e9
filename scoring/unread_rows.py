"""Rows that could not be read, for the answers that they bear on.

Belongs here: reading `marts.fct_unread_rows` and saying where such a row is. Does not: which rows
stay visible, or what they put in doubt (transforms/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from scoring.rows import Row, fetch

QUERY = """
    select partner_id, program, tier, requirement, decides, source, entity, file, row_number, cell,
        column_name, value, rule, message
    from marts.fct_unread_rows
    where period = $period and ($partners is null or list_contains($partners, partner_id))
    order by partner_id, program, tier nulls first, requirement, decides desc, file, row_number,
        cell, column_name, rule
"""
Key = tuple[str, str, str | None, str]
"""Partner, program, tier (None for a requirement), requirement or criterion."""


@dataclass(frozen=True)
class UnreadRow:
    """One row that could not be read, or a refused file (`row` and `cell` None).

    `decides`: the answer is needs_review because of it.
    """

    source: str
    entity: str
    file: str
    row: int | None
    cell: str | None
    column: str | None
    value: str | None
    rule: str
    message: str
    decides: bool

    @property
    def sentence(self) -> str:
        """`file, row 3: amount '1.2.3' is not an amount; ... (rule money)`."""
        place = f", {self.cell}" if self.cell else f", row {self.row}" if self.row else ""
        # Most messages already contain the value.
        value = "" if self.value is None or self.value in self.message else f"{self.value!r}: "
        return f"{self.file}{place}: {value}{self.message} (rule {self.rule})"


def unread_rows(
    con: duckdb.DuckDBPyConnection, period: str, partners: Sequence[str] | None = None
) -> dict[Key, tuple[UnreadRow, ...]]:
    """The visible rows of a period with each answer that they bear on, of these partners or of
    everybody."""
    return unread_of(fetch(con, QUERY, period=period, partners=partners))


def unread_of(rows: Iterable[Row]) -> dict[Key, tuple[UnreadRow, ...]]:
    """Rows of QUERY by the answer that they bear on."""
    by_key: dict[Key, list[UnreadRow]] = defaultdict(list)
    for row in rows:
        key = (row["partner_id"], row["program"], row["tier"], row["requirement"])
        by_key[key].append(
            UnreadRow(
                source=row["source"],
                entity=row["entity"],
                file=row["file"],
                row=row["row_number"],
                cell=row["cell"],
                column=row["column_name"],
                value=row["value"],
                rule=row["rule"],
                message=row["message"],
                decides=row["decides"],
            )
        )
    return {key: tuple(rows) for key, rows in by_key.items()}
