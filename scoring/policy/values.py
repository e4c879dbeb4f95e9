"""What members of a policy set are made of: dated values, and how certain a value is.

Belongs here: shapes that more than one kind of member has, and the value in force on a day.
Does not: the members that rules, tiers and benefits are (model.py); files.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator

from scoring.policy.frozen import Frozen

Value = bool | Decimal | str | tuple[str, ...]


class Comparator(StrEnum):
    """How a value is compared with its threshold."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="

    def holds(self, value: Decimal, threshold: Decimal) -> bool:
        """Whether `value` meets `threshold`; both in the metric's unit."""
        if self is Comparator.AT_LEAST:
            return value >= threshold
        return value <= threshold if self is Comparator.AT_MOST else value == threshold


def as_tuple(value: object) -> object:
    """A YAML list as a tuple, so that nothing in a set can be changed."""
    return tuple(value) if isinstance(value, list) else value


def dated(value: object) -> object:
    """The mapping date -> value of a YAML file as a tuple of dated values."""
    if not isinstance(value, dict):
        return value
    return tuple({"effective_from": day, "value": item} for day, item in value.items())


Words = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
Status = Literal["from_source", "reported", "placeholder", "confirmed"]
Strength = Literal["must", "should", "may", "fact"]


class DatedValue(Frozen):
    """A value from a day on, until the next one of the same parameter."""

    effective_from: date
    value: Annotated[Value, BeforeValidator(as_tuple)]


# `json_schema_input_type` says how a file writes it, for the schema that editors use.
Dated = Annotated[
    tuple[DatedValue, ...], BeforeValidator(dated, json_schema_input_type=dict[date, Value])
]


class Sourced(Frozen):
    """How certain a member is. `from_source`: a document says it. `reported`: others read it where
    this set's author could not, so the member says who (`reported_by`) and in which months or on
    which days (`read_on`). `placeholder`: nobody says it. `confirmed`: a person vouches for it;
    `confirmed_by` and `confirmed_on` are those of a recorded confirmation.
    """

    status: Status
    reported_by: str | None = None
    read_on: Words | None = None
    confirmed_by: str | None = None
    confirmed_on: date | None = None


class Parameter(Sourced):
    """One number, date, text or list that the rules use; values by effective date.

    `items_of` says what a list's items name: `programs`, `periods` (kinds of period, and the
    reviews' suffixes), or `entity.column` of the contract. `choices`: the words of which a text
    is one.
    """

    id: str
    label: str
    unit: str
    kind: Literal["number", "text", "boolean", "list", "monthday"]
    document: str
    section: str
    values: Dated
    clause: str | None = None
    items_of: str | None = None
    choices: Words = ()

    def at(self, day: date) -> Value | None:
        """The value in force on `day`, or None before the first."""
        value = None
        for dated in self.values:
            if dated.effective_from <= day:
                value = dated.value
        return value
