"""Rows for a template: everything that it prints of them is a figure with its table, key and
column.

Belongs here: one row, and how its values are printed. Does not: choosing rows (facts.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from dashboards.figures import figure, raw
from dashboards.words import money, month, people, plain_sentence, sentence, share, unit_word
from scoring.words import long_day, word

FORMATS: dict[str, Callable[[Any], str]] = {
    "people": people,
    "plain": raw,
    "money": money,
    "month": month,
    "day": long_day,
    "share": share,
    "word": word,
    "sentence": lambda value: sentence(plain_sentence(raw(value))),
    # The details of a result besides value and threshold: which app, which agreement.
    "detail": lambda value: sentence(plain_sentence(raw(value).partition("needed. ")[2])),
    # The subject of a sentence: its beginning, up to the first colon.
    "subject": lambda value: raw(value).partition(": ")[0],
    # A sentence inside another one.
    "inner": lambda value: raw(value).rstrip("."),
}
YES_NO = {Decimal(1): "yes", Decimal(0): "no"}


class Bound:
    """A row of `table`: `row.column` prints a figure, `row.raw.column` is the value, for `if`.

    `people` are those whom the policy shows, by the tokens that stand for them in the row.
    A column that the row lacks is an AttributeError, which a template shows as its own fault.
    """

    def __init__(
        self,
        table: str,
        key: Iterable[str],
        row: Mapping[str, Any],
        people: Mapping[str, str] | None = None,
    ) -> None:
        self.table, self.raw, self._people = table, dict(row), people or {}
        self.key = {name: row[name] for name in key}

    def __getattr__(self, column: str) -> Markup:
        if column not in self.raw:
            raise AttributeError(f"{self.table} has no column {column}")
        return self.as_(column, "people")

    def as_(self, column: str, form: str) -> Markup:
        """The value in one of FORMATS."""
        value = self.raw[column]
        shown = self._people.get(value) or FORMATS[form](value)
        return figure(value, self.table, self.key, column, shown)

    def called(self, column: str, names: Mapping[str, str]) -> Markup:
        """The policy's name for an id: `Select` for `select`."""
        value = self.raw[column]
        return figure(
            value, self.table, self.key, column, names.get(value) or FORMATS["word"](value)
        )

    def beside(self, column: str, other: str, unit: str | None = None) -> Markup:
        """A value rounded so that it stays on its side of the value of `other`."""
        value, limit = self.raw[column], self.raw[other]
        in_money = unit == "USD" and isinstance(value, Decimal)
        shown = money(value, limit) if in_money else people(value, limit)
        return figure(value, self.table, self.key, column, shown)

    def quantity(self, column: str, other: str, unit: str) -> Markup:
        """A value with its unit as a person says it: `1 person`, `$99,999.9999`, `90 %`, `yes`."""
        value = self.raw[column]
        if unit == "yes or no" and value in YES_NO:
            return figure(value, self.table, self.key, column, YES_NO[value])
        if unit == "share":
            return figure(value, self.table, self.key, column, share(value))
        unit_name = unit_word(value, unit)
        return self.beside(column, other, unit) + (f" {unit_name}" if unit_name else "")

    def counted(self, column: str, form: str = "people") -> Markup:
        """An aggregate over the rows of the key that was read as the column `earliest`."""
        return figure(
            self.raw["earliest"], self.table, self.key, column, FORMATS[form](self.raw["earliest"])
        )


def clause(name: str) -> Markup:
    """A clause cited by its id; one that the policy lacks or that is out of force is a fault."""
    shown = escape(name)
    return Markup(f'<cite data-clause="{shown}">{shown}</cite>')
