"""Values as a page shows them: thousands separated, rounded, money, months.

Belongs here: text for people. Does not: words for keys (scoring/words.py), marking a figure up
(figures.py), or computing one.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from scoring.measures import USD, YES_OR_NO, without_yes_no
from scoring.words import LONG, STATED, parted, spoken

# Published figures have up to 38 digits; the default context of 28 would refuse to round them.
WIDE = Context(prec=60)
PLACES = 4
# The places to which a figure is rounded for people, unless a near miss needs more.
SHOWN = 1


def people(value: Any, against: Decimal | None = None) -> str:
    """Any value: thousands separated, one decimal or as many as it needs, `none` for nothing.

    `against` is the threshold that a decimal is compared with.
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return rounded(value, SHOWN, against)
    if isinstance(value, list | tuple):
        return ", ".join(people(item) for item in value) or "none"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


@lru_cache(maxsize=8192)
def rounded(value: Decimal, places: int, against: Decimal | None = None) -> str:
    """`value` to `places` decimals, or to as many more as keep it on its own side.

    A rounding may hide neither that a value is not 0 nor on which side of `against` it is: 9.9999
    against 10 stays 9.9999, and -0.0001 is not shown as 0.
    """
    limits = (Decimal(0),) if against is None else (Decimal(0), against)
    shown = value
    for digits in range(places, PLACES + 1):
        shown = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, context=WIDE)
        if all(_side(shown, limit) == _side(value, limit) for limit in limits):
            break
    text = f"{shown:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def _side(value: Decimal, limit: Decimal) -> int:
    return (value > limit) - (value < limit)


def money(value: Decimal | int | None, against: Decimal | None = None) -> str:
    """US dollars to the whole dollar; more where 0 or `against` needs it."""
    if value is None:
        return "none"
    text = rounded(Decimal(value), 0, against)
    return f"−${text[1:]}" if text.startswith("−") else f"${text}"


def measured(value: Decimal, unit: str | None, against: Decimal | None = None) -> str:
    """A metric's value in its unit: dollars as money, 1 and 0 of a yes-or-no metric in words."""
    if unit == YES_OR_NO and value in (0, 1):
        return "yes" if value else "no"
    return money(value, against) if unit == USD else people(value, against)


def gap_in_unit(gap: Decimal | None, unit: str | None) -> str:
    """What is missing or too many of a metric, dollars as money; a dash where it is unknown."""
    if gap is None:
        return "—"
    return money(gap) if unit == USD else people(gap)


FIRST_WHOLE = Decimal(1000)


def sentence(text: str) -> str:
    """A sentence of the pipeline with its figures rounded for people, but only so far that
    different figures still look different and none looks like 0."""
    numbers = {Decimal(match["number"].replace(",", "")) for match in STATED.finditer(text)}

    def shown(match: re.Match[str]) -> str:
        value = Decimal(match["number"].replace(",", ""))
        if abs(value) < LONG and -int(value.as_tuple().exponent) <= SHOWN:
            return match[0]
        places = 0 if abs(value) >= FIRST_WHOLE else SHOWN
        others = {Decimal(0), *numbers} - {value}
        for digits in range(places, PLACES + 1):
            near = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, context=WIDE)
            if not any(_side(near, other) != _side(value, other) for other in others):
                break
        text = f"{near:,f}"
        return match["before"] + (text.rstrip("0").rstrip(".") if "." in text else text)

    return STATED.sub(shown, text)


def plain_sentence(text: str) -> str:
    """A text of the pipeline with keys in words, thousands separators in figures, and without the
    note that 1 means yes."""
    return parted(spoken(without_yes_no(text)))


ONE_OF = {"people": "person", "customers a month": "customer a month"}


def unit_word(value: Decimal, unit: str) -> str:
    """The unit of a figure: `person` for 1 of `people`; nothing for money, shares, yes or no."""
    if unit in (USD, "share", YES_OR_NO, ""):
        return ""
    one = ONE_OF.get(unit, unit.removesuffix("s"))
    return one if value == 1 else unit


def share(value: Decimal | None) -> str:
    """A share as per cent, one decimal."""
    if value is None:
        return "none"
    return f"{rounded(value * 100, 1)} %"


def month(value: date | None) -> str:
    """`2025-03`."""
    return "none" if value is None else f"{value.year:04d}-{value.month:02d}"
