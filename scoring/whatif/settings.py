"""`parameter=value` texts as the settings of one year.

Belongs here: which parameters an override changes on the year's last day, and to what.
Does not: reading the texts (scoring.policy), or answering the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from scoring.policy.model import PolicySet
from scoring.policy.overrides import WrongOverride, with_overrides
from scoring.policy.values import Value
from scoring.policy.yaml_lines import PolicyError
from scoring.whatif.judge import Setting

# The parts of a set that are rules: if one of these differs, measured facts give no answer.
RULES = ("programs", "requirements", "metrics", "ladder")
MOST_IN_A_RANGE = 10_000


def settings_of(policy: PolicySet, overrides: Iterable[str], year: int) -> dict[str, Value | None]:
    """Parameter to value where `overrides` change the value in force on December 31 of `year`.

    Overrides are read as `with_overrides` reads them, and its WrongOverride passes through.
    """
    day = date(year, 12, 31)
    changed = with_overrides(policy, overrides)
    pairs = zip(policy.parameters, changed.parameters, strict=True)
    return {after.id: after.at(day) for before, after in pairs if before.at(day) != after.at(day)}


def settings_in(file: Path) -> list[str]:
    """The `parameter=value` lines of a text file; blank lines and what follows `#` are left out."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8-sig").splitlines())
    return [line for line in lines if line]


def settings_between(policy: PolicySet, other: PolicySet, year: int) -> dict[str, Value | None]:
    """Parameter to `other`'s value where it differs from `policy`'s on December 31 of `year`.

    Raises PolicyError when the sets differ in rules: then a run under `other` has to measure again.
    """
    differing = [name for name in RULES if getattr(policy, name) != getattr(other, name)]
    ids = [{p.id for p in each.parameters} for each in (policy, other)]
    if differing or ids[0] != ids[1]:
        names = ", ".join(differing or sorted(ids[0] ^ ids[1]))
        raise PolicyError(
            f"{other.name} differs from {policy.name} in more than values ({names}); compute it in "
            "a warehouse of its own: plumbline run --policy ... --warehouse ..."
        )
    day = date(year, 12, 31)
    then = {p.id: p.at(day) for p in other.parameters}
    return {p.id: then[p.id] for p in policy.parameters if p.at(day) != then[p.id]}


def values_of(policy: PolicySet, texts: Iterable[str]) -> dict[str, list[Setting]]:
    """`parameter=10,20,30` or `parameter=10:30:10` (both ends included) as the values to try.

    Raises WrongOverride for text that cannot be read, a parameter named twice, and one whose
    values are neither numbers nor yes and no.
    """
    settings: dict[str, list[Setting]] = {}
    for text in texts:
        name, _, values = text.partition("=")
        if name in settings:
            raise WrongOverride(f"{name} is named twice: give all its values at once")
        settings[name] = [_setting(policy, name, value) for value in _each(name, values)]
    return settings


def _setting(policy: PolicySet, name: str, text: str) -> Setting:
    value = with_overrides(policy, [f"{name}={text}"]).parameter(name).values[-1].value
    if isinstance(value, Decimal | bool):
        return value
    raise WrongOverride(
        f"{name} is not a threshold: several values are tried of numbers and yes or no"
    )


def _each(name: str, values: str) -> list[str]:
    if ":" not in values:
        return [value.strip() for value in values.split(",")]
    try:
        first, last, step = map(Decimal, values.split(":"))
        count = int((last - first) / step)
    except (ValueError, InvalidOperation, ArithmeticError):
        count = -1
    if not 0 <= count < MOST_IN_A_RANGE:
        raise WrongOverride(
            f"{name}: {values!r} is not a range; write first:last:step, as 10:30:10"
        )
    return [f"{first + number * step:f}" for number in range(count + 1)]
