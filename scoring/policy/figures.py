"""A metric as data: which rows are counted and how, as a policy set declares it.

Belongs here: the shape of a figure and of its conditions. Does not: which rows can be counted
(countable.py), whether a figure fits them (check_figures.py), or its SQL
(transforms/macros/figures.sql).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scoring.policy.frozen import Frozen

# The types in which a file may write a value; a set keeps each as plain text, whatever the column's
# kind.
Written = bool | Decimal | date | str
Take = Literal["count", "count_distinct", "sum", "lowest", "highest", "average"]
# Takes that need a number per row, and those that have a value even without rows.
AMOUNTS = ("sum", "lowest", "highest", "average")
NEED_ROWS = ("lowest", "highest", "average")
ROLLING = "trailing"
NOT_APPLICABLE = "not_applicable"


def text_of(value: object) -> object:
    """A written value as plain text: true or false, plain digits, a day as 2025-01-31."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def _texts(value: object) -> object:
    each = value if isinstance(value, list | tuple) else (value,)
    return tuple(text_of(item) for item in each)


def _condition(value: object) -> object:
    """A value or a list is short for `any_of`."""
    return value if isinstance(value, dict | Condition) else {"any_of": value}


Text = Annotated[str, BeforeValidator(text_of, json_schema_input_type=Written)]
Texts = Annotated[
    tuple[str, ...], BeforeValidator(_texts, json_schema_input_type=Written | list[Written])
]


class Condition(Frozen):
    """What one column of a row must hold; every key that is given must hold.

    `any_of`, `none_of`: values, `none_of` of an empty cell holds. `at_least`, `at_most`: a number,
    a day, or the id of a number parameter. `listed_in`: the id of a list parameter. `empty`:
    whether the cell is empty.
    """

    any_of: Texts | None = None
    none_of: Texts | None = None
    at_least: Text | None = None
    at_most: Text | None = None
    listed_in: str | None = None
    empty: bool | None = None


Conditions = Annotated[
    dict[
        str,
        Annotated[
            Condition,
            BeforeValidator(_condition, json_schema_input_type=Written | list[Written] | Condition),
        ],
    ],
    Field(default_factory=dict),
]


class Figure(Frozen):
    """A figure over rows of a partner.

    `rows`: an entity of the landing contract, or `lines_in_force`. `take`: what is made of them, of
    `column` where it is not `count`. `where`: which rows count. A row belongs to a window by its
    `day`, or is in force from `from_day` to `to_day` (its last day) or up to `until_day` (the first
    day without it). `compare`: `change`, the figure at the window's end less that on the day before
    it began; `kept`, the share of the items of the day before that are still there at the end;
    `kept_of_new`, the share of the items first seen in the window that are still there at the end.
    `without_rows`: the value where there are no rows, or `not_applicable`.
    """

    rows: str
    take: Take
    column: str | None = None
    where: Conditions
    day: str | None = None
    from_day: str | None = None
    to_day: str | None = None
    until_day: str | None = None
    compare: Literal["change", "kept", "kept_of_new"] | None = None
    without_rows: Text | None = None

    @property
    def days(self) -> dict[str, str]:
        """The keys of its days with the columns that they name."""
        named = ("day", "from_day", "to_day", "until_day")
        return {key: getattr(self, key) for key in named if getattr(self, key) is not None}

    @property
    def needs_rows(self) -> bool:
        """Whether the figure has no value of its own without rows."""
        return self.take in NEED_ROWS or self.is_share

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share of items that were kept."""
        return self.compare in ("kept", "kept_of_new")

    def named(self) -> tuple[tuple[str, str, str], ...]:
        """(column, key, parameter) of each condition that names a parameter."""
        return tuple(
            (column, key, value)
            for column, condition in self.where.items()
            for key in ("at_least", "at_most", "listed_in")
            if (value := getattr(condition, key)) is not None and names_parameter(value)
        )


def names_parameter(text: str) -> bool:
    """Whether a bound is a parameter's id, rather than a number or a day: it begins with a
    letter."""
    return text[:1].isalpha()


def as_number(text: str) -> Decimal | None:
    """The number that a text states; None if it is not a number, or not one of ordinary size."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 14 else None


def as_day(text: str) -> date | None:
    """The day that a text states, else None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
