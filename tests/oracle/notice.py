"""Notice before a fall, from the text alone: one partner, one year after the other.

Belongs here: what `tiers.notice_days` means, written plainly. Does not: what the facts reach.

A tier that would fall is kept; the fall is announced on January 1 of the tier year and happens
`days` days later. A tier that recovers meanwhile is not lost; a running notice is not given again.
A tier that comes by invitation is kept only with one; else the highest tier below it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Year:
    """What one assessed year's facts reach (a rung from 1), and whether there is an invitation."""

    year: int
    reached: int
    invited: bool = False


@dataclass(frozen=True)
class Stand:
    """What is shown of a tier year: the rung, the previous rung, and the notice's two days."""

    rung: int
    before: int | None
    announced: date | None = None
    falls: date | None = None


def stands(years: list[Year], days: int, as_of: date, invited_rung: int | None) -> list[Stand]:
    """Where a partner stands in each tier year, seen on `as_of`."""
    stood = []
    # The rung on the last day of the tier year before, and a notice that still runs then.
    last: tuple[int, int] | None = None
    running: tuple[date, date] | None = None
    for one in years:
        first_day = date(one.year + 1, 1, 1)
        before = last[1] if last is not None and last[0] == one.year else None
        if before is None:
            running = None
        kept = before if before is not None else one.reached
        if invited_rung is not None and kept >= invited_rung and not one.invited:
            kept = invited_rung - 1
        announced, falls = running or (first_day, first_day + timedelta(days=max(days, 0)))
        if kept <= one.reached or falls == first_day:
            stood.append(Stand(one.reached, before))
            last, running = (one.year + 1, one.reached), None
            continue
        stood.append(Stand(one.reached if as_of >= falls else kept, before, announced, falls))
        last_day = date(one.year + 1, 12, 31)
        runs_on = falls > last_day
        last = (one.year + 1, kept if runs_on else one.reached)
        running = (announced, falls) if runs_on else None
    return stood
