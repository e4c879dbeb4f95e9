"""Calendar arithmetic and rounding, exact.

Belongs here: anniversaries, months, quarters, zone conversion, business days, rounding.
Does not belong here: any rule of the program.
"""

import calendar
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from .constants import ZONE

_ZONE = ZoneInfo(ZONE)
DAY = timedelta(days=1)


def round4(x) -> Decimal:
    """Half away from zero, to 4 places."""
    scaled = abs(Fraction(x)) * 10000
    n = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(n if x >= 0 else -n).scaleb(-4)


def anniversary(start: date, k: int) -> date:
    """The same day k months on, or the first of the following month where it does not exist."""
    index = start.year * 12 + start.month - 1 + k
    year, month = divmod(index, 12)
    if start.day <= calendar.monthrange(year, month + 1)[1]:
        return date(year, month + 1, start.day)
    year, month = divmod(index + 1, 12)
    return date(year, month + 1, 1)


def clamped(start: date, k: int) -> date:
    """The same day k months on, or the month's last day where it does not exist."""
    year, month = divmod(start.year * 12 + start.month - 1 + k, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def term_months(start: date, end: date) -> Fraction:
    """Months of a term, both days included, as section 4 annualises them."""
    e = end + DAY
    k = 0
    while clamped(start, k + 1) <= e:
        k += 1
    at, after = clamped(start, k), clamped(start, k + 1)
    begins_on_last_day = (start + DAY).month != start.month
    if begins_on_last_day and (e.year, e.month) == (at.year, at.month):
        return Fraction(k)
    if at.day < start.day and e == next_month(at):
        return Fraction(k)
    return k + Fraction((e - at).days, (after - at).days)


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return anniversary(month.replace(day=1), 1)


def month_end(month: date) -> date:
    return next_month(month) - DAY


def months_between(first: date, last: date) -> list[date]:
    """Firsts of the months from first's to last's, both included."""
    out, m = [], month_of(first)
    while m <= last:
        out.append(m)
        m = next_month(m)
    return out


def quarters_within(start: date, end: date) -> list[tuple[str, date, date]]:
    """(name, first day, last day) of the quarters wholly inside the span."""
    out = []
    for year in range(start.year, end.year + 1):
        for q in range(4):
            a = date(year, 3 * q + 1, 1)
            b = month_end(date(year, 3 * q + 3, 1))
            if start <= a and b <= end:
                out.append((f"{year}-Q{q + 1}", a, b))
    return out


def local_date(moment: datetime) -> date:
    """The day of an aware moment in the program's zone."""
    return moment.astimezone(_ZONE).date()


def end_of_local_day(day: date) -> datetime:
    """The last instant of a local day, as UTC."""
    after = datetime(day.year, day.month, day.day, tzinfo=_ZONE) + DAY
    return after.astimezone(UTC) - timedelta(microseconds=1)


@cache
def _federal_holidays():
    import holidays

    return holidays.country_holidays("US")


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _federal_holidays()


def add_business_days(day: date, n: int) -> date:
    """The n-th business day after the day; the day itself never counts."""
    while n:
        day += DAY
        if is_business_day(day):
            n -= 1
    return day
