"""Business days of a calendar, numbered, so that SQL can count them.

Belongs here: weekends, and holidays from the holidays package. Does not: which calendar (policy).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import holidays
import polars as pl

# A calendar covers this many years on either side of the run's year, whatever years files mention.
REACH = 60


def calendar_of(name: str, years: range) -> holidays.HolidayBase:
    """The holidays of `US`, `US-CA` or a market such as `NYSE`; ValueError for an unknown
    calendar."""
    country, _, part = name.strip().partition("-")
    try:
        if country in holidays.list_supported_financial(include_aliases=True):
            return holidays.financial_holidays(country, years=years)
        return holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError as error:
        message = f"holiday calendar {name!r} is unknown to the holidays package"
        raise ValueError(f"{message}; name a country such as US, or US-CA") from error


def left_out(name: str, year: int) -> tuple[dict[date, int], int]:
    """Business days of a country that are days off in most of its parts: day -> in how many parts,
    and how many parts it has (none for a part itself, or a market).

    The library gives a country the days of its national law alone. ValueError as `calendar_of`.
    """
    known = calendar_of(name, range(year, year + 1))
    codes = () if known.subdiv else known.subdivisions
    parts = [calendar_of(f"{name.strip()}-{code}", range(year, year + 1)) for code in codes]
    start = date(year, 1, 1)
    off = {
        day: sum(not part.is_working_day(day) for part in parts)
        for day in (start + timedelta(i) for i in range((date(year + 1, 1, 1) - start).days))
        if known.is_working_day(day)
    }
    return {day: count for day, count in off.items() if 2 * count > len(parts)}, len(parts)


def calendar(
    name: str,
    first: int,
    last: int,
    answered: Mapping[date, tuple[bool, str | None]] | None = None,
) -> pl.DataFrame:
    """Every day of these years: `day, is_business_day, holiday, business_day_number`.

    `answered`: day -> whether it is a business day, and the holiday, as recorded earlier; these
    come before what the library says.

    business_day_number counts business days from the first day up to and including the day, so
    the n-th business day after d has the number of d plus n (DEAL-RESPONSE).
    """
    known = calendar_of(name, range(first, last + 1))
    start, end = date(first, 1, 1), date(last, 12, 31)
    days = [start + timedelta(days=i) for i in range((end - start).days + 1)]
    answers = [
        (answered or {}).get(day) or (known.is_working_day(day), known.get(day)) for day in days
    ]
    frame = pl.DataFrame(
        {
            "day": days,
            "is_business_day": [works for works, _ in answers],
            "holiday": [holiday for _, holiday in answers],
        },
        schema={"day": pl.Date, "is_business_day": pl.Boolean, "holiday": pl.String},
    )
    number = pl.col("is_business_day").cast(pl.Int64).cum_sum()
    return frame.with_columns(number.alias("business_day_number"))
