"""`parameter=value` texts as the settings of one year.

Belongs here: which parameters an override changes on the year's last day, and to what.
Does not: reading the texts (scoring.policy), or answering the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from scoring.policy import PolicySet, with_overrides
from scoring.policy.model import Value


def settings_of(policy: PolicySet, overrides: Iterable[str], year: int) -> dict[str, Value]:
    """Parameter to value where `overrides` change the value in force on December 31 of `year`.

    Overrides are read as `with_overrides` reads them, and its PolicyError passes through.
    """
    day = date(year, 12, 31)
    changed = with_overrides(policy, overrides)
    pairs = zip(policy.parameters, changed.parameters, strict=True)
    return {after.id: after.at(day) for before, after in pairs if before.at(day) != after.at(day)}


def settings_in(file: Path) -> list[str]:
    """The `parameter=value` lines of a text file; blank lines and what follows `#` are left out."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8-sig").splitlines())
    return [line for line in lines if line]
