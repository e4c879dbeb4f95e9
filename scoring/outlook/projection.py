"""Projects a year's end from its first months, with an interval and how often such intervals held.

Belongs here: exact arithmetic over plain rows. Does not: reading the warehouse, thresholds.

The rest of a year is assumed to be like its latest months. The error of that assumption in past
years, from the same month on, gives the interval (split conformal: the smallest error that covers
the requested share, counting one error more for the year to come). The calibration is measured on
each past year with the errors of the other past years, so that no year judges itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

PLACES = 10_000


@dataclass(frozen=True)
class Projected:
    """One partner and year: `now` and `projected` in the measure's unit, `ended` once known."""

    partner_id: str
    year: int
    now: Fraction
    projected: Fraction
    ended: Fraction | None

    @property
    def error(self) -> Fraction | None:
        """How far off the projection was, as a share of it; None without an end, or if it was 0."""
        if self.ended is None or self.projected == 0:
            return None
        return abs(self.ended - self.projected) / self.projected


@dataclass(frozen=True)
class Calibration:
    """Of the `of` partner-years that ended in `year`, `held` ended inside their interval."""

    measure: str
    year: int
    held: int
    of: int


def half_width(errors: Iterable[Fraction], share: Fraction) -> Fraction | None:
    """The error that covers `share` of the next ones; None where there are too few errors to
    say."""
    ordered = sorted(errors)
    rank = math.ceil((len(ordered) + 1) * share)
    return ordered[rank - 1] if 0 < rank <= len(ordered) else None


def interval(projected: Fraction, width: Fraction | None) -> tuple[Fraction, Fraction] | None:
    """From and to, never below 0; None without a width, or for a projection of 0."""
    if width is None or projected == 0:
        return None
    return max(projected * (1 - width), Fraction(0)), projected * (1 + width)


def errors_of(rows: Iterable[Projected], years: set[int]) -> list[Fraction]:
    """The errors of the rows of `years`."""
    return [row.error for row in rows if row.year in years and row.error is not None]


def calibrated(measure: str, rows: list[Projected], share: Fraction) -> list[Calibration]:
    """For each past year, how often the interval made from the other past years held its end."""
    past = sorted({row.year for row in rows if row.error is not None})
    calibrations = []
    for year in past:
        width = half_width(errors_of(rows, set(past) - {year}), share)
        errors = errors_of(rows, {year})
        if width is not None:
            held = sum(error <= width for error in errors)
            calibrations.append(Calibration(measure, year, held, len(errors)))
    return calibrations


def decimal(value: Fraction | None) -> Decimal | None:
    """To 4 places, half away from zero."""
    if value is None:
        return None
    whole = Decimal(value.numerator * PLACES) / Decimal(value.denominator)
    return whole.quantize(Decimal(1), ROUND_HALF_UP) / PLACES
