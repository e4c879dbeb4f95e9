"""The program's zone as a list of its changes: the one table by which an instant becomes a day.

Belongs here: reading the pinned tzdata package, and conversions in Python and in SQL. Does not:
which zone a program has, or the table of its changes (resolved/resolve.py).

The zone tables of the system, Polars, DuckDB, Java and a Postgres server are of different versions,
so none of them is used to convert an instant.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 2069
"""Before the first change the zone's first offset holds, after the last one its last."""


@dataclass(frozen=True)
class Clock:
    """A zone: from each instant in `changes` (UTC without a zone) on, its number of seconds is
    added to UTC.

    The first change is at the beginning of time; successive offsets differ.
    """

    zone: str
    changes: tuple[tuple[datetime, int], ...]

    def local(self, moment: datetime) -> datetime:
        """The local time at an instant; both are without a zone, the instant in UTC. At the ends of
        the calendar, where it would leave it, the instant itself."""
        offset = next(o for start, o in reversed(self.changes) if start <= moment)
        try:
            return moment + timedelta(seconds=offset)
        except OverflowError:
            return moment

    def day(self, moment: datetime) -> date:
        """The day of the program on which an instant (UTC without a zone) falls."""
        return self.local(moment).date()

    def begin(self, day: date) -> datetime:
        """The instant (UTC without a zone) at which a day begins.

        If midnight occurs twice, the second one counts; if it is skipped, the moment after the gap.
        """
        midnight = datetime.combine(day, time())
        begin = midnight - timedelta(seconds=self.changes[0][1])
        for edge, start, offset in self._edges():
            if midnight >= edge:
                begin = max(start, midnight - timedelta(seconds=offset))
        return begin

    def _edges(self) -> Iterator[tuple[datetime, datetime, int]]:
        """For each change, the first local time that belongs to it, its instant and its offset."""
        for (_, before), (start, offset) in zip(self.changes, self.changes[1:], strict=False):
            yield start + timedelta(seconds=min(before, offset)), start, offset

    def sql_day(self, moment: str) -> str:
        """SQL for `day`; `moment` is SQL of a timestamp in UTC without a zone."""
        arms = [
            (f"timestamp '{start}'", f"interval '{offset}' second")
            for start, offset in self.changes
        ]
        return f"cast({moment} + {_choice(moment, arms)} as date)"

    def sql_begin(self, day: str) -> str:
        """SQL for `begin`; `day` is SQL of a date."""
        midnight = f"cast({day} as timestamp)"
        arms = [("", f"{midnight} - interval '{self.changes[0][1]}' second")]
        for edge, start, offset in self._edges():
            begun = f"greatest(timestamp '{start}', {midnight} - interval '{offset}' second)"
            arms.append((f"timestamp '{edge}'", begun))
        # `greatest` of an instant and a null would be the instant.
        return f"case when {day} is not null then {_choice(midnight, arms)} end"


def _choice(value: str, arms: Sequence[tuple[str, str]]) -> str:
    """The result of the last arm whose edge is not after `value`, as nested halves, so that few
    tests are needed."""
    if len(arms) == 1:
        return arms[0][1]
    middle = len(arms) // 2
    before, after = _choice(value, arms[:middle]), _choice(value, arms[middle:])
    return f"case when {value} < {arms[middle][0]} then {before} else {after} end"


_KEPT: ContextVar[Mapping[str, Clock] | None] = ContextVar("kept_clocks", default=None)


@contextmanager
def kept_clock(clock: Clock) -> Iterator[None]:
    """Inside this context the zone of `clock` is as it was recorded, whatever is installed."""
    token = _KEPT.set({clock.zone: clock})
    try:
        yield
    finally:
        _KEPT.reset(token)


def clock_of(zone: str) -> Clock:
    """The clock of an IANA zone: the kept one, else by the tzdata package that is installed.

    Raises LookupError for a zone that nobody knows.
    """
    clock = (_KEPT.get() or {}).get(zone)
    return clock or _installed(zone)


@cache
def _installed(zone: str) -> Clock:
    try:
        *folders, name = zone.split("/")
        packed = files(".".join(("tzdata", "zoneinfo", *folders))).joinpath(name).read_bytes()
        known = ZoneInfo.from_file(io.BytesIO(packed), key=zone)
    except (ImportError, OSError, ValueError) as error:
        raise LookupError(f"{zone!r} is not a time zone; write one of IANA, e.g. UTC") from error
    return Clock(zone, _changes(known))


def _changes(known: ZoneInfo) -> tuple[tuple[datetime, int], ...]:
    def offset(moment: datetime) -> int:
        offset = moment.replace(tzinfo=UTC).astimezone(known).utcoffset() or timedelta()
        return round(offset.total_seconds())

    at = datetime(FIRST_YEAR, 1, 1)
    changes = [(datetime.min, offset(at))]
    while at.year <= LAST_YEAR:
        after = at + timedelta(days=1)
        if offset(after) != changes[-1][1]:
            changes += _between(at, after, offset)
        at = after
    return tuple(changes)


def _between(
    first: datetime, last: datetime, offset: Callable[[datetime], int]
) -> list[tuple[datetime, int]]:
    """Changes after `first` up to and at `last`, to the second."""
    if offset(first) == offset(last):
        return []
    if last - first == timedelta(seconds=1):
        return [(last, offset(last))]
    middle = first + timedelta(seconds=(last - first).total_seconds() // 2)
    return [*_between(first, middle, offset), *_between(middle, last, offset)]
