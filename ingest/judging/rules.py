"""Rules between the columns of one row; a row that breaks one is quarantined.

Belongs here: what sources.yaml `rows` and semantics 4 quarantine. Does not: single literals
(literals.py), other reversed dates and dangling keys (findings, not faults).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.judging.contract import Entity
from ingest.judging.currencies import last_good_days
from ingest.judging.possible import first_day, most_calls


@dataclass(frozen=True)
class Rule:
    """`broken` is true for a row that breaks the rule, over canonical text columns; `message`
    follows the column's name and value."""

    name: str
    column: str
    broken: pl.Expr
    message: str


def _negative(amount: str) -> pl.Expr:
    return pl.col(amount).str.contains(r"^-.*[1-9]")


def _positive(amount: str) -> pl.Expr:
    return pl.col(amount).str.contains(r"^[^-]*[1-9]")


# ARR (semantics 4): full values, expansions and one-time sales are at least 0, contractions and
# credits at most 0; a cancellation's amount does not count, whatever its sign.
AT_LEAST_ZERO = ("new", "renewal", "expansion", "one_time")
AT_MOST_ZERO = ("contraction", "credit")


def _subscription_rules() -> tuple[Rule, ...]:
    kind = pl.col("line_type")
    return (
        Rule(
            "term",
            "term_end",
            # ISO days compare as text.
            pl.col("term_end") < pl.col("term_start"),
            "lies before term_start; the last day of the term belongs here",
        ),
        Rule(
            "sign",
            "amount",
            (kind.is_in(AT_LEAST_ZERO) & _negative("amount"))
            | (kind.is_in(AT_MOST_ZERO) & _positive("amount")),
            "has the wrong sign: new, renewal, expansion, one_time at least 0;"
            " contraction, credit at most 0",
        ),
    )


# Of call_count, also for the readers that judge the usage feed in place.
TOO_FEW = "is below 1; a row stands for calls made"


def too_many() -> str:
    """What is wrong with a call_count that no row can stand for."""
    return f"is above {most_calls()}, more calls than one row can stand for; correct the count"


def _usage_rules() -> tuple[Rule, ...]:
    calls = pl.col("call_count").cast(pl.Int64, strict=False)
    return (
        Rule("call_count", "call_count", calls < 1, TOO_FEW),
        Rule("call_count", "call_count", calls > most_calls(), too_many()),
    )


def too_early(optional: bool) -> str:
    """What is wrong with a day or moment before any that can be meant."""
    remedy = "leave it empty where the day is not known" if optional else "write the day itself"
    return f"lies before {first_day()}, as programs write it where no day is known; {remedy}"


def _calendar_rules(spec: Entity) -> tuple[Rule, ...]:
    """A day that exists in the calendar and in no business record."""
    return tuple(
        # ISO days, months and quarters compare as text; a moment begins with its day.
        Rule("too_early", c.name, pl.col(c.name) < first_day(), too_early(c.optional))
        for c in spec.columns
        if c.kind in ("date", "timestamp", "month", "quarter")
    )


def _rate_rules(spec: Entity) -> tuple[Rule, ...]:
    """A rate of 0 or less can't convert anything."""
    return tuple(
        Rule(
            "rate", c.name, ~_positive(c.name), "is not a rate above 0; leave it N/A where none is"
        )
        for c in spec.columns
        if c.kind == "decimal"
    )


def _currency_rules(spec: Entity) -> tuple[Rule, ...]:
    """A withdrawn currency is valid for rows that begin no later than a year after it was
    withdrawn."""
    days = [c.name for c in spec.columns if c.kind in ("date", "timestamp", "month")]
    # The currency must be valid on the first day of the term, not in the month of the report.
    first = "term_start" if "term_start" in days else next(iter(days), None)
    return tuple(
        Rule(
            "iso4217",
            c.name,
            # ISO days compare as text; a moment's first ten characters are its day.
            pl.col(c.name).replace_strict(last_good_days(), default=None, return_dtype=pl.String)
            < pl.col(first).str.slice(0, 10),
            f"was withdrawn more than a year before {first}; write the currency of that day",
        )
        for c in spec.columns
        if c.kind == "iso4217" and first is not None
    )


def rules_of(spec: Entity) -> tuple[Rule, ...]:
    """The rules of an entity; none for most."""
    return (*_own_rules(spec), *_calendar_rules(spec), *_currency_rules(spec))


def _own_rules(spec: Entity) -> tuple[Rule, ...]:
    if spec.name == "subscription_lines":
        return _subscription_rules()
    if spec.name == "usage_events":
        return _usage_rules()
    if spec.name == "fx_rates":
        return _rate_rules(spec)
    return ()
