"""From candidates to the fewest rows that would change an answer.

Belongs here: how many rows it takes. Does not: which rows are candidates (rows.sql).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb

from scoring.proof import Criterion, Evidence
from scoring.rows import Row, fetch
from scoring.rungs import distance
from scoring.vocabulary import Status

ROWS = Path(__file__).with_name("rows.sql")
SHOWN = 12
# A figure rounded to four places may be off by half a unit of the last place.
ROUNDING = Fraction(1, 20_000)

Weighed = list[tuple[Fraction, Evidence]]


class Pivots:
    """Candidates of one period by (partner, program, metric, way), the heaviest first."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str | None, str, str], Weighed] = defaultdict(list)

    def add(self, key: tuple[str, str | None, str, str], weight: Fraction, row: Evidence) -> None:
        """One more candidate, lighter than those before."""
        self._rows[key].append((weight, row))

    def of(self, partner_id: str, criterion: Criterion) -> tuple[Evidence, ...]:
        """The rows that decide `criterion`; none where no single row could.

        Not met: the fewest rows that would have been enough, or all that fall short if not even
        those would be. In doubt: the rows that count but may not. Met: the fewest whose loss would
        undo it; none where so many would have to be lost that no single one matters.
        """
        if criterion.value is None or criterion.threshold is None or criterion.metric is None:
            return ()
        doubtful = self._candidates(partner_id, criterion, "doubt")
        if criterion.status == Status.NEEDS_REVIEW and doubtful:
            return _all(doubtful)
        left = distance(criterion.comparator or "", criterion.value, criterion.threshold)
        at_most = criterion.comparator == "<="
        if left < 0:
            # Either too many rows count and some have to go, or too few and some that fall short
            # have to count.
            rows = self._candidates(partner_id, criterion, "loss" if at_most else "gain")
            return _fewest(rows, Fraction(-left) - ROUNDING) or _all(rows)
        if at_most or criterion.status not in (Status.MET, Status.WAIVED):
            return ()
        rows = self._candidates(partner_id, criterion, "loss")
        return _fewest(rows, Fraction(left) + ROUNDING)

    def _candidates(self, partner_id: str, criterion: Criterion, way: str) -> Weighed:
        metric = criterion.metric or ""
        own = self._rows.get((partner_id, criterion.program, metric, way), [])
        return own + self._rows.get((partner_id, None, metric, way), [])


def pivots(
    con: duckdb.DuckDBPyConnection, period: str, partners: Sequence[str] | None = None
) -> Pivots:
    """The candidates of `period` of these partners, or of everybody; the first of each kind."""
    return pivots_of(fetch(con, candidates(), period=period, partners=partners, limit=SHOWN))


def candidates() -> str:
    """The query of rows.sql."""
    return ROWS.read_text("utf-8")


def pivots_of(rows: Iterable[Row]) -> Pivots:
    """Rows of `candidates`, in its order, by what they may decide."""
    chosen = Pivots()
    for row in rows:
        weight = row["weight"] if row["metric"] == "arr_usd" else None
        key = (row["partner_id"], row["program"], row["metric"], row["way"])
        chosen.add(key, _weight(row["part"], row["whole"], weight), Evidence.of(row))
    return chosen


def _weight(part: int, whole: int, amount: Decimal | None) -> Fraction:
    return Fraction(part, whole) if amount is None else Fraction(amount)


def _fewest(rows: Weighed, enough: Fraction) -> tuple[Evidence, ...]:
    """The shortest beginning of `rows` that weighs more than `enough`; none if all weigh less."""
    total = Fraction(0)
    for count, (weight, _) in enumerate(rows, start=1):
        total += weight
        if total > enough:
            return _all(rows[:count])
    return ()


def _all(rows: Weighed) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(row for _, row in rows))
