"""Whether a metric as data fits the rows that it counts; each fault with file, line and remedy.

Belongs here: its rows, columns, values, days, window and parameters checked against the landing
contract and the set. Does not: the other members of a set (checks.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from ingest.judging.contract import Column
from scoring.policy.countable import DAYS, NOT_COUNTED, NUMBERS, Countable, countable
from scoring.policy.figures import (
    AMOUNTS,
    NOT_APPLICABLE,
    ROLLING,
    Condition,
    Figure,
    as_day,
    as_number,
    names_parameter,
)
from scoring.policy.metrics import FIGURE_WINDOWS, Metric
from scoring.policy.places import Places
from scoring.policy.values import Parameter
from scoring.policy.yaml_lines import PolicyError

MOST_MONTHS = 1_200
# Kinds of column whose values have a form of their own.
AS_DAY = ("date", "timestamp", "month")


# What is wrong, what to do, and the keys that lead to it.
Fail = Callable[..., PolicyError]


def check_figure(metric: Metric, known: Mapping[str, Parameter], raw: Places) -> None:
    """Raise the first fault of a metric's window and figure; nothing for a metric without one."""

    def fail(problem: str, remedy: str, *inside: Any) -> PolicyError:
        return raw.fault("metrics", metric.id, f"{metric.id}: {problem}", remedy, *inside)

    figure = metric.figure
    if figure is None:
        _check_without(metric, fail)
        return
    if metric.window not in FIGURE_WINDOWS:
        problem = f"a figure over rows has no window {metric.window!r}"
        raise fail(problem, f"write one of {', '.join(FIGURE_WINDOWS)}", "window")
    _check_months(metric, known, fail)
    rows = _rows(figure, fail)
    _check_take(figure, rows, fail)
    _check_days(metric, figure, rows, fail)
    for name, condition in figure.where.items():
        column = _column(rows, name, fail, "where", name)
        _check_condition(column, condition, fail)
    _check_parameters(figure, rows, known, fail)


def _check_without(metric: Metric, fail: Fail) -> None:
    own = set(FIGURE_WINDOWS) - {"period_end", "period", "calendar_year"}
    if metric.window in own:
        problem = f"the window {metric.window!r} is one of metrics as data"
        raise fail(problem, "add a figure:, or choose another window", "window")
    if metric.months is not None:
        raise fail("months without a figure", "delete it, or add a figure:", "months")


def _check_months(metric: Metric, known: Mapping[str, Parameter], fail: Fail) -> None:
    months = metric.months
    if (metric.window == ROLLING) != (months is not None):
        if months is None:
            problem, remedy = "a trailing window without months", "write months: 12"
            raise fail(problem, remedy, "window")
        problem = f"months stand beside the window {metric.window!r}, which has its own length"
        raise fail(problem, "write window: trailing, or delete months", "months")
    if months is None:
        return
    if names_parameter(months):
        _check_kind(months, "number", known, fail, "months")
        return
    number = as_number(months)
    if number is None or number != int(number) or not 1 <= number <= MOST_MONTHS:
        problem = f"months {months!r} is not a whole number from 1 to {MOST_MONTHS}"
        raise fail(problem, "write 12, or the id of a number parameter", "months")


def _rows(figure: Figure, fail: Fail) -> Countable:
    known = countable()
    if figure.rows in known:
        return known[figure.rows]
    why = NOT_COUNTED.get(figure.rows)
    if why:
        raise fail(f"rows of {figure.rows} are not counted by data", why, "figure", "rows")
    near = get_close_matches(figure.rows, known, n=2) or sorted(known)
    problem = f"rows of {figure.rows!r} are none that lead to a partner"
    raise fail(problem, f"write {' or '.join(near)}", "figure", "rows")


def _column(rows: Countable, name: str, fail: Fail, *inside: Any) -> Column:
    column = rows.column(name)
    if column is None:
        problem = f"{rows.name} has no column {name!r}"
        raise fail(problem, f"write one of {', '.join(rows.named())}", "figure", *inside)
    return column


def _check_take(figure: Figure, rows: Countable, fail: Fail) -> None:
    if figure.take == "count":
        if figure.column is not None:
            problem = f"count takes no column, and {figure.column!r} is named"
            raise fail(problem, "delete it, or write take: count_distinct", "figure", "column")
    elif figure.column is None:
        raise fail(f"{figure.take} without a column", "name it under column", "figure", "take")
    else:
        column = _column(rows, figure.column, fail, "column")
        if figure.take in AMOUNTS and column.kind not in NUMBERS:
            problem = f"{figure.take} of {column.name}, which is of type {column.kind}"
            known = ", ".join(rows.named(*NUMBERS)) or "count or count_distinct: it has no numbers"
            raise fail(problem, f"write {known}", "figure", "column")
        _check_currency(figure, rows, column, fail)
    if figure.needs_rows and figure.without_rows is None:
        problem = f"{figure.compare or figure.take} has no value where there are no rows"
        remedy = f"write without_rows: {NOT_APPLICABLE}, or the number that it has then"
        raise fail(problem, remedy, "figure", "take")
    stated = figure.without_rows
    if stated is not None and (not figure.needs_rows or _no_value(stated)):
        problem = f"without_rows {stated!r} " + (
            "is not a number"
            if figure.needs_rows
            else f"beside {figure.take}, which is 0 where there are no rows"
        )
        remedy = f"write {NOT_APPLICABLE} or a number" if figure.needs_rows else "delete it"
        raise fail(problem, remedy, "figure", "without_rows")


def _no_value(text: str) -> bool:
    return text != NOT_APPLICABLE and as_number(text) is None


def _check_currency(figure: Figure, rows: Countable, column: Column, fail: Fail) -> None:
    """Amounts of several currencies are never added or compared."""
    if column.kind != "money" or rows.column("currency") is None or figure.take not in AMOUNTS:
        return
    currency = figure.where.get("currency", Condition())
    if len(currency.any_of or ()) != 1:
        problem = f"{figure.take} of {column.name} in whatever currency a row has"
        remedy = "add where: {currency: USD}, or use arr_usd, which has one"
        raise fail(problem, remedy, "figure", "column")


def _check_days(metric: Metric, figure: Figure, rows: Countable, fail: Fail) -> None:
    for key, name in figure.days.items():
        column = _column(rows, name, fail, key)
        if column.kind not in DAYS:
            problem = f"{key} {name!r} is of type {column.kind}"
            raise fail(problem, f"write one of {', '.join(rows.named(*DAYS))}", "figure", key)
    if (figure.day is None) == (figure.from_day is None):
        problem = "needs either a day or a from_day"
        raise fail(problem, "name the column with the day on which a row counts", "figure", "rows")
    if figure.day and (figure.to_day or figure.until_day):
        raise fail("an end beside a day", "write from_day in place of day", "figure", "day")
    if figure.to_day and figure.until_day:
        problem, remedy = (
            "two ends",
            "keep to_day (the last day) or until_day (the first day without)",
        )
        raise fail(problem, remedy, "figure", "until_day")
    if figure.compare:
        if figure.from_day is None:
            problem = f"{figure.compare} compares what is in force on two days"
            raise fail(problem, "write from_day and to_day in place of day", "figure", "compare")
        if metric.window == "period_end":
            problem = f"{figure.compare} over the window period_end, which is one day"
            raise fail(problem, "write window: trailing with months, or quarter", "window")
        if figure.is_share and figure.take != "count_distinct":
            problem = f"{figure.compare} of {figure.take}"
            raise fail(problem, "write take: count_distinct and the column", "figure", "take")
        if figure.take in ("lowest", "highest", "average"):
            problem = f"change of {figure.take}"
            raise fail(problem, "write count, count_distinct or sum", "figure", "take")
    elif figure.from_day and metric.window != "period_end":
        problem = f"what is in force on a day, over the window {metric.window!r}"
        raise fail(problem, "write window: period_end, or compare: change", "window")


def _check_condition(column: Column, condition: Condition, fail: Fail) -> None:
    at = ("figure", "where", column.name)
    stated = condition.model_dump(exclude_none=True)
    if not stated:
        raise fail(f"no condition on {column.name}", "write a value, or delete it", *at)
    for value in (*(condition.any_of or ()), *(condition.none_of or ())):
        if not _fits(column, value):
            problem = f"{column.name} is {_kind(column)} and can't be {value!r}"
            raise fail(problem, f"write {_example(column)}", *at)
    if condition.any_of == () or condition.none_of == ():
        raise fail(f"an empty list for {column.name}", "name a value, or write empty: true", *at)
    for key in ("at_least", "at_most"):
        bound = getattr(condition, key)
        if bound is None:
            continue
        if column.kind not in (*NUMBERS, *AS_DAY):
            problem = f"{key} of {column.name}, which is {_kind(column)}"
            raise fail(problem, "list its values instead", *at, key)
        if names_parameter(bound) and column.kind in NUMBERS:
            continue
        if not _fits(column, bound):
            problem = f"{key} {bound!r} of {column.name}, which is {_kind(column)}"
            raise fail(problem, f"write {_example(column)}", *at, key)
    if condition.listed_in is not None and column.kind in (*NUMBERS, *AS_DAY, "bool"):
        problem = f"listed_in for {column.name}, which is {_kind(column)}"
        raise fail(problem, "use any_of, at_least or at_most", *at, "listed_in")


def _fits(column: Column, text: str) -> bool:
    if column.kind == "enum":
        return text in column.choices
    if column.kind == "bool":
        return text in ("true", "false")
    if column.kind in NUMBERS:
        return as_number(text) is not None
    if column.kind in AS_DAY:
        return as_day(text) is not None
    return bool(text) and text.isprintable()


def _kind(column: Column) -> str:
    return f"one of {', '.join(column.choices)}" if column.choices else f"a {column.kind}"


def _example(column: Column) -> str:
    if column.choices:
        return " or ".join(column.choices)
    if column.kind == "bool":
        return "true or false"
    if column.kind in NUMBERS:
        return "a number such as 100 or 0.5"
    return "a day such as 2025-01-31" if column.kind in AS_DAY else "a text that can be printed"


def _check_parameters(
    figure: Figure, rows: Countable, known: Mapping[str, Parameter], fail: Fail
) -> None:
    for name, key, parameter in figure.named():
        column, at = rows.column(name), ("figure", "where", name, key)
        # A bound that is a day has already been checked.
        if key != "listed_in" and (column is None or not names_parameter(parameter)):
            continue
        _check_kind(parameter, "list" if key == "listed_in" else "number", known, fail, *at)


def _check_kind(
    parameter: str, wanted: str, known: Mapping[str, Parameter], fail: Fail, *inside: Any
) -> None:
    if parameter not in known:
        near = get_close_matches(parameter, known, n=2)
        remedy = f"add it, or write {' or '.join(near)}" if near else "add it to the parameters"
        raise fail(f"unknown parameter {parameter!r}", remedy, *inside)
    if known[parameter].kind != wanted:
        problem = f"{parameter} is a {known[parameter].kind}, and a {wanted} is needed"
        raise fail(problem, f"name a parameter of kind {wanted}", *inside)
