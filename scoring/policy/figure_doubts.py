"""What a metric as data reads, and what a row of it that could not be read could do (semantics 2).

Belongs here: both, as derived from the figure, so that its author need not state them. Does not:
what an author states under `unread`, which takes precedence.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.deliveries.unread_days import LAST_DAYS, OWN_DAYS, QUARTERS, YEARS
from ingest.judging.contract import Entity
from scoring.policy.countable import LINES, Countable, countable
from scoring.policy.figures import Condition, Figure
from scoring.policy.metrics import Metric

RAISES, LOWERS = "raises", "lowers"
# Lines that lower the quantity, and lines that end others.
TAKING, ENDING = "contraction", "cancellation"
LINE_DAYS = {"from_day": "counts_from", "to_day": "counts_to"}
# (kind of row, None for any; side; the days on which it could do so)
Doubt = tuple[str | None, str, str]


def completed(metric: Metric) -> Metric:
    """The metric with the entity that its figure reads; unchanged without a figure, and if its rows
    cannot be counted, which the checks report."""
    rows = countable().get(metric.figure.rows) if metric.figure else None
    if metric.figure is None or rows is None:
        return metric
    figure = metric.figure
    if rows.name == LINES and not figure.days:
        # There is only one way in which a line is in force.
        figure = figure.model_copy(update=LINE_DAYS)
    return metric.model_copy(update={"reads": {rows.entity.name: rows.coverage}, "figure": figure})


def doubts(figure: Figure, rows: Countable) -> Iterator[Doubt]:
    """What each kind of row could do to the figure; a kind that the conditions exclude does
    nothing."""
    exact = _counts_on(figure, rows) != "any_day"
    for kind in _kinds(figure, rows):
        for side, days in _sides(figure, rows, kind):
            yield kind, side, days if exact else "any_day"


def _sides(figure: Figure, rows: Countable, kind: str | None) -> Iterator[tuple[str, str]]:
    days = _counts_on(figure, rows)
    up, down = (LOWERS, RAISES) if kind in (TAKING, ENDING) else (RAISES, LOWERS)
    is_sum = figure.take in ("sum", "average")
    if rows.name != LINES and is_sum:
        # An amount may be negative.
        yield RAISES, "its_days" if figure.compare else days
        yield LOWERS, "its_days" if figure.compare else days
    elif figure.compare is None:
        yield LOWERS if figure.take == "lowest" else up, days
    else:
        yield up, "last_day"
        yield down, "ended" if figure.compare == "kept_of_new" else "opening_day"


def _kinds(figure: Figure, rows: Countable) -> list[str | None]:
    """The kinds of row that could count: the members of the first enum that the conditions let
    pass."""
    kind = next((c for c in rows.columns if c.kind == "enum"), None)
    if kind is None:
        return [None]
    condition = figure.where.get(kind.name, Condition())
    chosen: list[str | None] = [
        choice
        for choice in kind.choices
        if (condition.any_of is None or choice in condition.any_of)
        and choice not in (condition.none_of or ())
    ]
    if rows.name == LINES:
        counted = [choice for choice in chosen if figure.take == "sum" or choice != TAKING]
        return [*counted, ENDING]
    return [None] if len(chosen) == len(kind.choices) else chosen


def _counts_on(figure: Figure, rows: Countable) -> str:
    """The days on which such a row could count; rather too many than too few."""
    spec, name = rows.entity, rows.name
    if name == LINES:
        return "its_days"
    if name in YEARS or name in QUARTERS:
        return "any_day"
    if figure.day is not None:
        if figure.day in OWN_DAYS.get(name, ()):
            return "its_days"
        return "its_own_day" if figure.day == _own_day(spec) else "any_day"
    last = figure.to_day or figure.until_day
    begins = figure.from_day == _own_day(spec) or figure.from_day in OWN_DAYS.get(name, ())
    return "its_days" if begins and last in (None, LAST_DAYS.get(name)) else "any_day"


def _own_day(spec: Entity) -> str | None:
    return next((c.name for c in spec.columns if c.kind in ("date", "timestamp")), None)
