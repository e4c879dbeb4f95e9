"""A policy set with some values replaced, for questions about what would be.

Belongs here: reading `parameter=value` and laying it over a set. Does not: changing a set's files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from scoring.policy.assemble import content_of, digest
from scoring.policy.checks import EXAMPLES, check, fits
from scoring.policy.model import PolicySet
from scoring.policy.values import DatedValue, Parameter, Value
from scoring.policy.yaml_lines import PolicyError

FORM = re.compile(r"(?P<parameter>[a-z_.]+)(@(?P<day>\d{4}-\d\d-\d\d))?=(?P<value>.*)", re.DOTALL)


class WrongOverride(PolicyError):
    """A question asked wrongly, not a fault in a set: an unknown parameter or an unfit value."""


class _Overrides:
    """A fault in an override has no line in a file: the override was part of the question."""

    def fault(self, kind: str, name: str, problem: str, remedy: str, *inside: Any) -> PolicyError:
        return PolicyError(f"override of {name}: {problem}; {remedy}")


def parse_override(text: str) -> tuple[str, date | None, str]:
    """`parameter=value` or `parameter@2026-01-01=value` as its three parts.

    The day is None where there is none. Raises PolicyError for any other form.
    """
    match = FORM.fullmatch(text.strip())
    if match is None:
        raise PolicyError(f"override {text!r}: write parameter=value or parameter@2026-01-01=value")
    try:
        day = date.fromisoformat(match["day"]) if match["day"] else None
    except ValueError:
        raise PolicyError(f"override {text!r}: {match['day']} is not a date") from None
    return match["parameter"], day, match["value"].strip()


def parse_value(parameter: Parameter, text: str) -> Value:
    """The text as a value of the parameter's kind; the items of a list are separated by commas.

    Raises PolicyError where the text can't be of that kind.
    """
    value: Value = text
    if parameter.kind == "number":
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = text
        if isinstance(value, Decimal) and not value.is_finite():
            value = text
    elif parameter.kind == "boolean" and text.lower() in ("true", "false"):
        value = text.lower() == "true"
    elif parameter.kind == "list":
        value = tuple(item.strip() for item in text.split(",") if item.strip())
    if not fits(parameter.kind, value):
        raise PolicyError(
            f"override of {parameter.id}: {text!r} is not a {parameter.kind}; "
            f"{EXAMPLES[parameter.kind]}"
        )
    return value


def with_overrides(policy: PolicySet, overrides: Iterable[str]) -> PolicySet:
    """`policy` with values replaced, under a version of its own.

    Without a day the value holds at all times; with one, from that day on. Raises WrongOverride for
    an unknown parameter, a value of the wrong kind, and two overrides of one parameter at once.
    """
    try:
        return _laid_over(policy, overrides)
    except PolicyError as error:
        raise WrongOverride(str(error)) from None


def _laid_over(policy: PolicySet, overrides: Iterable[str]) -> PolicySet:
    by_name: dict[str, tuple[date | None, Value]] = {}
    for text in overrides:
        name, day, value = parse_override(text)
        if name in by_name:
            raise PolicyError(f"two overrides of {name} at once: keep one of them")
        by_name[name] = (day, parse_value(policy.parameter(name), value))
    parameters = tuple(
        _replace(p, *by_name[p.id]) if p.id in by_name else p for p in policy.parameters
    )
    fresh = rebuilt(policy, parameters=parameters)
    check(fresh, _Overrides())
    return fresh


def rebuilt(policy: PolicySet, **changed: object) -> PolicySet:
    """`policy` with some of its members replaced and its version computed again."""
    fresh = policy.model_copy(update=changed)
    return fresh.model_copy(update={"version": digest(content_of(fresh))})


def _replace(parameter: Parameter, day: date | None, value: Value) -> Parameter:
    first = parameter.values[0].effective_from
    earlier = tuple(v for v in parameter.values if day is not None and v.effective_from < day)
    new = DatedValue(effective_from=day or first, value=value)
    return parameter.model_copy(update={"values": (*earlier, new)})
