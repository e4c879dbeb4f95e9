"""Counts the rows of a usage delivery by month and app, to see what the next one would take away.

Belongs here: counting, wherever the delivery's rows are. Does not: comparing (losses.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb

from ingest.deliveries.delivery import Piece
from ingest.judging.clock import clock_of
from ingest.judging.sql import FRAME
from ingest.usage.csv_feed import CsvScan
from ingest.usage.values import SPEC, quoted

NAMES = ", ".join(column.name for column in SPEC.columns)
PARTS = """
select parts.app_id, strftime(parts.month, '%Y-%m'), sum(parts.feed_rows)::bigint
from landing.usage_parts as parts
where parts.delivery_id = ? or parts.delivery_id in (
    select delivery_id from landing.deliveries
    where entity = 'usage_events' and status = 'accepted' and sha256 = ?
)
group by all
"""
ROWS = """
select app_id, strftime({day}, '%Y-%m'), count(*)
from ({source}) as feed({names}) group by all
"""


class UsageRows:
    """Rows by unit of the deliveries of one landing and of those that landed before."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, pieces: Sequence[Piece], time_zone: str
    ) -> None:
        self.con, self.clock = con, clock_of(time_zone)
        self.pieces = {p.delivery_id: p for p in pieces if p.entity == SPEC.name}
        self.counted: dict[str, Mapping[tuple[str, str], int]] = {}

    def __call__(self, delivery_id: str, sha256: str) -> Mapping[tuple[str, str], int]:
        """(`month`, YYYY-MM) and (`app`, id) -> number of good rows; empty for an unknown
        delivery."""
        if delivery_id not in self.counted:
            self.counted[delivery_id] = _by_unit(self._rows(delivery_id, sha256))
        return self.counted[delivery_id]

    def _rows(self, delivery_id: str, sha256: str) -> list[tuple[str, str, int]]:
        piece = self.pieces.get(delivery_id)
        if piece is not None and isinstance(piece.scan, CsvScan):
            return self._count(piece.scan.source)
        if piece is not None and piece.judged is not None:
            self.con.register(FRAME, piece.good().select(NAMES.split(", ")).to_arrow())
            try:
                return self._count(f"select {NAMES} from {FRAME}")
            finally:
                self.con.unregister(FRAME)
        rows = self.con.execute(PARTS, [delivery_id, sha256]).fetchall()
        if rows:
            return rows
        held = f"select {NAMES} from landing.usage_rows where _delivery_id = {quoted(delivery_id)}"
        return self._count(held)

    def _count(self, source: str) -> list[tuple[str, str, int]]:
        day = self.clock.sql_day("cast(occurred_at as timestamp)")
        query = ROWS.format(day=day, source=source, names=NAMES)
        return self.con.execute(query).fetchall()


def _by_unit(rows: Sequence[tuple[str, str, int]]) -> Mapping[tuple[str, str], int]:
    totals: Counter[tuple[str, str]] = Counter()
    for app, month, count in rows:
        totals["app", app] += count
        totals["month", month] += count
    return totals
