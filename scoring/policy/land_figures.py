"""Metrics as data as rows of the `policy` schema, from which the models make their SQL.

Belongs here: a figure spelt out with its columns' kinds, and the parameters that it reads. Does
not: checking it (check_figures.py), or SQL: names are the contract's own, and values stay values,
which transforms/macros/figures.sql writes as literals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from scoring.policy.countable import Countable, countable
from scoring.policy.figures import AMOUNTS, Figure, as_number, names_parameter
from scoring.policy.metrics import Metric
from scoring.policy.model import PolicySet

Row = tuple[Any, ...]
TESTS = ("any_of", "none_of", "at_least", "at_most")


def figures(policy: PolicySet) -> list[Row]:
    """The rows of `policy.figures`, in its columns' order."""
    return [_row(m, m.figure, countable()[m.figure.rows]) for m in policy.metrics if m.figure]


def metric_parameters(policy: PolicySet) -> list[Row]:
    """The rows of `policy.metric_parameters`: what each metric as data looks up."""
    return sorted(
        {(m.id, parameter) for m in policy.metrics for parameter in _parameters(m)},
    )


def _parameters(metric: Metric) -> Iterable[str]:
    if metric.months and names_parameter(metric.months):
        yield metric.months
    if metric.figure:
        rows = countable()[metric.figure.rows]
        for name, key, parameter in metric.figure.named():
            column = rows.column(name)
            if key == "listed_in" or (column and _is_parameter(column.kind, parameter)):
                yield parameter


def _is_parameter(kind: str, text: str) -> bool:
    return kind in ("int", "money", "decimal") and names_parameter(text)


def _row(metric: Metric, figure: Figure, rows: Countable) -> Row:
    months = metric.months or ""
    stated = figure.without_rows
    return (
        metric.id,
        rows.entity.source,
        rows.entity.name,
        rows.coverage,
        figure.take,
        figure.compare,
        as_number(stated) if stated else None,
        as_number(months),
        months if names_parameter(months) else None,
        figure.from_day is not None,
        json.dumps(_spelt(metric.id, figure, rows), sort_keys=True),
    )


def _spelt(metric: str, figure: Figure, rows: Countable) -> dict[str, Any]:
    """The figure with each column's kind; every value a text."""

    def column(name: str | None) -> dict[str, str] | None:
        spelt = rows.column(name) if name else None
        return {"name": spelt.name, "kind": spelt.kind} if spelt else None

    people = {name for name, _ in rows.entity.people}
    return {
        "metric": metric,
        "rows": rows.name,
        "entity": rows.entity.name,
        "source": rows.entity.source,
        "by": rows.by,
        "take": figure.take,
        "column": column(figure.column),
        "is_amount": figure.take in AMOUNTS,
        "compare": figure.compare or "",
        **{key: column(getattr(figure, key)) for key in ("day", "from_day", "to_day", "until_day")},
        "where": _numbered(
            {**test, "column": column(name), "is_shown": name not in people}
            # In a fixed order, so that a recorded set gives the same text again.
            for name, condition in sorted(figure.where.items())
            for test in _tests(condition, rows.column(name).kind)  # type: ignore[union-attr]
        ),
    }


def _numbered(tests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each test with its place, by which its joins are named."""
    return [{**test, "number": number} for number, test in enumerate(tests, start=1)]


def _tests(condition: Any, kind: str) -> Iterable[dict[str, Any]]:
    for test in TESTS:
        value = getattr(condition, test)
        if value is None:
            continue
        if isinstance(value, str) and _is_parameter(kind, value):
            yield {"test": test, "parameter": value}
        else:
            yield {"test": test, "values": [value] if isinstance(value, str) else list(value)}
    if condition.listed_in is not None:
        yield {"test": "listed_in", "parameter": condition.listed_in}
    if condition.empty is not None:
        yield {"test": "empty" if condition.empty else "filled"}
