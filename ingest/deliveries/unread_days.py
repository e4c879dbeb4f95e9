"""The days that an unreadable row may affect, from the parts of it that could be read.

Belongs here: an entity's own day and the day that ends it, as Polars expressions over canonical
text (semantics 2). Does not: the windows of metrics that those days are compared with.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from ingest.judging import possible
from ingest.judging.clock import clock_of
from ingest.judging.contract import Entity

# An entity's own day is its first date or timestamp as listed in the contract, except for these
# entities: the first of the listed columns that can be read.
OWN_DAYS = {
    "trainings": ("completed_on", "enrolled_on"),
    "apps": ("owned_from", "first_launched_on"),
}
# The column with the last day of what a row states; without a value there is no end.
LAST_DAYS = {
    "partner_owners": "active_to",
    "agreements": "ended_on",
    "agreement_terms": "effective_to",
    "contacts": "active_to",
    "trainings": "expires_on",
    "conduct_cases": "closed_on",
    "installations": "uninstalled_at",
    "subscription_lines": "term_end",
    "waivers": "valid_to",
}
# What a cancellation ends stays ended, whatever its last day says.
ENDLESS = {"subscription_lines": ("cancellation",)}
# A row about a year affects that year, or as many years before it.
YEARS = {"business_plans": ("plan_year", 0), "premier_invitations": ("tier_year", 1)}
QUARTERS = {"forecast_lines": "quarter"}
# A report can be received before its month is over, and is due in the next one.
DUE_NEXT_MONTH = {"reports": "report_month"}
DAY = 10


def _day(spec: Entity, name: str, zone: str) -> pl.Expr:
    """The day of a canonical date, or of a timestamp in the program's zone; null where it could
    not be read, or is one that stands for no day."""
    read = _written_day(spec, name, zone)
    return pl.when(read >= pl.lit(possible.first_day()).str.to_date()).then(read)


def _written_day(spec: Entity, name: str, zone: str) -> pl.Expr:
    if spec.column(name).kind != "timestamp":
        return pl.col(name).str.slice(0, DAY).str.to_date("%Y-%m-%d", strict=False)

    def days(texts: pl.Series) -> pl.Series:
        # Polars has its own table of zones; the program's zone is always read from its own table of
        # changes.
        clock = clock_of(zone)
        days_read = [None if t is None else clock.day(datetime.fromisoformat(t)) for t in texts]
        return pl.Series(days_read, dtype=pl.Date)

    return pl.col(name).map_batches(days, return_dtype=pl.Date)


def _own(spec: Entity, zone: str) -> pl.Expr:
    dated = [c.name for c in spec.columns if c.kind in ("date", "timestamp")][:1]
    declared = {c.name for c in spec.columns}
    names = [name for name in OWN_DAYS.get(spec.name, dated) if name in declared]
    return pl.coalesce([_day(spec, name, zone) for name in names]) if names else _never()


def _never() -> pl.Expr:
    return pl.lit(None, pl.Date)


def _year_end(name: str, back: int, month: int, day: int) -> pl.Expr:
    year = pl.col(name).cast(pl.Int32, strict=False) - back
    return pl.when(year.is_between(1, 9999)).then(pl.date(year, month, day))


def _quarter_start(name: str) -> pl.Expr:
    year = pl.col(name).str.slice(0, 4).cast(pl.Int32, strict=False)
    month = pl.col(name).str.slice(6, 1).cast(pl.Int32, strict=False) * 3 - 2
    return pl.when(year.is_not_null() & month.is_not_null()).then(pl.date(year, month, 1))


def _span(spec: Entity, zone: str) -> tuple[pl.Expr, pl.Expr]:
    own = _own(spec, zone)
    if spec.name in YEARS:
        name, back = YEARS[spec.name]
        first, last = _year_end(name, back, 1, 1), _year_end(name, back, 12, 31)
        # A plan submitted within its year counts from then on; a decision about a year counts for
        # all of it.
        later = pl.max_horizontal(own, first) if back == 0 else first
        unread = own if back == 0 else _never()
        return pl.when(first.is_null()).then(unread).otherwise(later), last
    if spec.name in QUARTERS:
        first = _quarter_start(QUARTERS[spec.name])
        return first, first.dt.offset_by("3mo").dt.offset_by("-1d")
    if spec.name in DUE_NEXT_MONTH:
        month = _day(spec, DUE_NEXT_MONTH[spec.name], zone)
        return own, pl.max_horizontal(own, month.dt.month_end().dt.offset_by("1mo"))
    if spec.name not in LAST_DAYS:
        return own, _never()
    last = _day(spec, LAST_DAYS[spec.name], zone)
    if spec.name in ENDLESS:
        last = pl.when(~pl.col("line_type").is_in(ENDLESS[spec.name])).then(last)
    return own, last


def _reversed(spec: Entity, zone: str) -> pl.Expr:
    first, last = _span(spec, zone)
    return (last < first).fill_null(False)


def first_day(spec: Entity, zone: str) -> pl.Expr:
    """Column `first_day` (date in the program's zone): null where the row may count from any day
    on."""
    return pl.when(~_reversed(spec, zone)).then(_span(spec, zone)[0]).alias("first_day")


def last_day(spec: Entity, zone: str) -> pl.Expr:
    """Column `last_day` (date in the program's zone): null where the row may count without an
    end."""
    return pl.when(~_reversed(spec, zone)).then(_span(spec, zone)[1]).alias("last_day")
