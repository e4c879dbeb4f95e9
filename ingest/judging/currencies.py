"""Currency codes, and until when a row may use a withdrawn one.

Belongs here: the codes of ISO 4217, active and withdrawn. Does not: what an amount is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import pycountry
import yaml

WITHDRAWN = Path(__file__).with_name("withdrawn_currencies.yaml")


_KEPT: ContextVar[tuple[tuple[str, ...], Mapping[str, str]] | None] = ContextVar(
    "kept_currencies", default=None
)


@contextmanager
def kept_currencies(active: tuple[str, ...], last_good: Mapping[str, str]) -> Iterator[None]:
    """Inside this context the codes are the recorded ones, whatever the library knows by now."""
    token = _KEPT.set((active, last_good))
    try:
        yield
    finally:
        _KEPT.reset(token)


def active_codes() -> tuple[str, ...]:
    """The active alphabetic codes of ISO 4217."""
    answers = _KEPT.get()
    return answers[0] if answers else _installed_codes()


@cache
def _installed_codes() -> tuple[str, ...]:
    return tuple(sorted(c.alpha_3 for c in pycountry.currencies))


def last_good_days() -> Mapping[str, str]:
    """Withdrawn code -> the last day on which a row may begin in it, as ISO text: a year after."""
    answers = _KEPT.get()
    return answers[1] if answers else _installed_days()


@cache
def _installed_days() -> dict[str, str]:
    months = yaml.load(WITHDRAWN.read_text("utf-8"), Loader=yaml.BaseLoader)
    return {
        code: f"{int(month[:4]) + 1}{month[4:]}-01"
        for code, month in months.items()
        if code not in _installed_codes()
    }


def currency_codes() -> tuple[str, ...]:
    """Every code that a row of some day may use: the active and the withdrawn ones."""
    return tuple(sorted({*active_codes(), *last_good_days()}))
