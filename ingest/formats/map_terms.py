"""Amounts and ends that a map computes over a line's term.

Belongs here: months of a term, a price per month over it, subscriptions without an end. Does not:
reading values (map_values.py), or how much a line counts (the models).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from ingest.formats.map_model import ColumnMap
from ingest.formats.map_values import DIGITS, BadValue

MONTHS = {"month": 1, "quarter": 3, "year": 12}
STEPS = {"monthly": 1, "yearly": 12}
# A subscription without an end is recorded in whole steps up to this year, because a line needs a
# last day, and no program that can be computed reaches further. A line that ends it sooner cuts it.
OPEN_ENDED_YEAR = 2099
CENT = Decimal("0.0001")  # money is exact to 4 places


def months_after(day: date, months: int) -> date:
    """The same day this many months later, or that month's last day (A(k) of semantics 4)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_months(start: date, end: date) -> Fraction:
    """Months of a term, both days included, as ARR is annualised over them (semantics 4)."""
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    if months_after(start, whole) > after:
        whole -= 1
    turn = months_after(start, whole)
    is_last = start.day == monthrange(start.year, start.month)[1]
    same_month = (turn.year, turn.month) == (after.year, after.month)
    clamped = turn.day < start.day
    next_first = after.day == 1 and months_after(turn.replace(day=1), 1) == after
    if (is_last and same_month) or (clamped and next_first):
        return Fraction(whole)
    span = months_after(start, whole + 1) - turn
    return whole + Fraction((after - turn).days, span.days)


def last_day(start: date, months: int) -> date:
    """The last day of a term of this many months; ValueError for less than one."""
    if months < 1:
        raise ValueError("no term is shorter than a month")
    return months_after(start, months) - timedelta(days=1)


def open_end(start: date, step: int) -> tuple[date, int]:
    """The last day of a subscription without an end that runs in steps of `step` months, and the
    number of steps."""
    last = date(OPEN_ENDED_YEAR, 12, 31)
    steps = max(1, ((last.year - start.year) * 12 + last.month - start.month) // step)
    while months_after(start, steps * step) - timedelta(days=1) < last:
        steps += 1
    return months_after(start, steps * step) - timedelta(days=1), steps


def complete(values: dict[str, str | None], layout: ColumnMap) -> bool:
    """Fill the end and the amount that the map computes; True for a row without an end of its own.

    `values` are a row's, in our columns and canonical text. What cannot be computed, because a day
    or an amount is missing or invalid, stays as it is; the judge reports it. Raises BadValue for an
    amount that is too long or a term beyond what a calendar holds.
    """
    try:
        return _complete(values, layout)
    except (ValueError, OverflowError) as error:
        raise BadValue("term", "has a term that no calendar holds") from error


def _complete(values: dict[str, str | None], layout: ColumnMap) -> bool:
    ending, pricing = layout.columns.get("term_end"), layout.columns.get("amount")
    start, amount = _day(values.get("term_start")), values.get("amount")
    is_open = bool(ending and ending.open_ended and not values.get("term_end") and start)
    factor = Fraction(1)
    if is_open and ending is not None and start is not None:
        end, steps = open_end(start, STEPS[str(ending.open_ended)])
        values["term_end"], factor = end.isoformat(), Fraction(steps)
    if pricing is not None and pricing.per is not None:
        end_day = _day(values.get("term_end"))
        if start is None or end_day is None or end_day < start:
            return is_open
        factor = term_months(start, end_day) / MONTHS[pricing.per]
    if amount and factor != 1:
        values["amount"] = rounded(Fraction(Decimal(amount)) * factor)
    return is_open


def rounded(amount: Fraction) -> str:
    """Money to 4 places, half away from zero. BadValue for an amount that is too long."""
    with localcontext() as context:
        context.prec = DIGITS
        exact = Decimal(amount.numerator) / Decimal(amount.denominator)
        if abs(exact) >= Decimal(10) ** (DIGITS // 2):
            raise BadValue("money", "is too long an amount")
        return format(exact.quantize(CENT, ROUND_HALF_UP), "f")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def product(price: str, factors: Mapping[str, str]) -> str:
    """A price times its factors, to 4 places."""
    exact = Fraction(Decimal(price))
    for factor in factors.values():
        exact *= Fraction(Decimal(factor))
    return rounded(exact)
