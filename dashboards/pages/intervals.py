"""What the intervals beside influence figures are called: the share that they hold follows from the
policy's number of deviations.

Belongs here: that name, and the heads of such tables. Does not: computing an interval.
"""

from __future__ import annotations

from decimal import Decimal
from math import erf, sqrt

from dashboards.components import Column, columns
from dashboards.data import Tables
from dashboards.words import share

DEVIATIONS = """
    select held.number from policy.parameter_values as held
    inner join run.parameters as run
        on held.effective_from <= run.as_of
        and (held.effective_to is null or held.effective_to > run.as_of)
    where held.parameter = 'influence.interval_z'
"""
PLACES = 3


def interval_name(tables: Tables) -> str:
    """`95 % interval`, for the deviations in force on the run's day; `interval` without any."""
    held = tables.read("policy.parameter_values", DEVIATIONS)
    if not held:
        return "interval"
    part = Decimal(erf(float(held[0]["number"]) / sqrt(2)))
    return f"{share(round(part, PLACES))} interval"


def compared(first: str, counted: str) -> tuple[Column, ...]:
    """The heads of a table that compares shared accounts with the others."""
    return columns(
        first,
        "#On shared accounts",
        "#Interval from",
        "#Interval to",
        "#On other accounts",
        f"#{counted}",
    )
