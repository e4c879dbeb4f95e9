"""Which currency codes there are, and until when a withdrawn one may stand in a row.

Belongs here: the codes of ISO 4217, active and withdrawn. Does not: what an amount is worth.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pycountry
import yaml

WITHDRAWN = Path(__file__).with_name("withdrawn_currencies.yaml")


@cache
def active_codes() -> tuple[str, ...]:
    """The active alphabetic codes of ISO 4217."""
    return tuple(sorted(c.alpha_3 for c in pycountry.currencies))


@cache
def last_good_days() -> dict[str, str]:
    """Withdrawn code -> the last day on which a row may begin in it, as ISO text: a year after."""
    months = yaml.load(WITHDRAWN.read_text("utf-8"), Loader=yaml.BaseLoader)
    return {
        code: f"{int(month[:4]) + 1}{month[4:]}-01"
        for code, month in months.items()
        if code not in active_codes()
    }


@cache
def currency_codes() -> tuple[str, ...]:
    """Every code that may stand in a row of some day: the active ones and the withdrawn."""
    return tuple(sorted({*active_codes(), *last_good_days()}))
