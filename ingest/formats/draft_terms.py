"""What an amount means and whether an end day belongs to the term, as far as a file shows it.

Belongs here: evidence in a column's name and values, for the proposal of a map. Does not: computing
anything (map_terms.py), or YAML (draft_write.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ingest.formats.map_terms import months_after
from ingest.packaged import packaged_yaml

WORDS_FILE = Path(__file__).with_name("draft_words.yaml")
MONTH_FORMS = ("%b %Y", "%B %Y", "%b-%y", "%b-%Y", "%b %y", "%Y-%m", "%m/%Y", "%m.%Y", "%b", "%B")
ACROSS = 2  # columns named after months that make a table with months across it
MOST = 0.6
"""The share of terms that has to be whole by one reading for that reading to be proposed."""


@cache
def _words() -> Mapping[str, Any]:
    return packaged_yaml(WORDS_FILE)


def words_of(name: str) -> str:
    """A column's name as words: UnitPrice, unit_price and `Unit price` are the same."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.split(r"[\s_.:/()-]+", parted.lower())).strip()


def months_across(names: Iterable[str]) -> list[str]:
    """The columns whose names are months, where a file has a column for each of several months."""
    listed = list(names)
    in_form = [[name for name in listed if _is_in(name, form)] for form in MONTH_FORMS]
    return max((some for some in in_form if len(some) >= ACROSS), key=len, default=[])


def _is_in(name: str, form: str) -> bool:
    try:
        datetime.strptime(name.strip(), form)
    except ValueError:
        return False
    return True


def period_of(words: str) -> str | None:
    """`month`, `quarter` or `year` if a column's name (as words) says that it is a price per month,
    quarter or year."""
    parts = set(words.split())
    if "tcv" in parts or {"contract", "value"} <= parts:
        return None
    return next((per for per, names in _words()["per"].items() if parts & set(names)), None)


def is_whole(words: str) -> bool:
    """Whether a column's name says that it is the whole of something, not the price of one."""
    parts = set(words.split())
    return bool(parts & set(_words()["whole"])) and not is_each(words)


def is_each(words: str) -> bool:
    """Whether a column's name says that it is the price of one piece, seat or user."""
    return bool(set(words.split()) & set(_words()["each"]))


def end_is_first_day_without(
    pairs: Iterable[tuple[str | None, str | None]], form: str | None
) -> bool | None:
    """Whether end days are the first day without the subscription; None where both are possible.

    A term of whole months shows it: 2025-01-01 to 2026-01-01 has one day too many, 2025-01-01 to
    2025-12-31 does not.
    """
    terms = [(_day(a, form), _day(b, form)) for a, b in pairs]
    known = [(a, b) for a, b in terms if a is not None and b is not None and b > a]
    if not known:
        return None
    without = sum(_whole_months(a, b) for a, b in known) / len(known)
    last = sum(_whole_months(a, b + timedelta(days=1)) for a, b in known) / len(known)
    if without >= MOST and without > last:
        return True
    if last >= MOST and last > without:
        return False
    return None


def _whole_months(start: date, after: date) -> bool:
    months = (after.year - start.year) * 12 + after.month - start.month
    return months > 0 and months_after(start, months) == after


def _day(text: str | None, form: str | None) -> date | None:
    try:
        value = (text or "").strip()
        if form:
            return datetime.strptime(value, form).date()
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def tells_rows_apart(values: Sequence[str | None]) -> bool:
    """Whether all rows have different values in a column."""
    filled = [v.strip() for v in values if v and v.strip()]
    return bool(values) and len(filled) == len(values) == len(set(filled))


def is_product(rows: Iterable[tuple[str | None, str | None, str | None]]) -> bool:
    """Whether in most rows the third value is the first times the second, and not merely a
    repetition.

    The decimal mark is not known yet, so only digits are compared.
    """
    read = [tuple(map(_digits, row)) for row in rows]
    known = [(a, b, c) for a, b, c in read if a and b and c and b != 1]
    hits = sum(_same_digits(a * b, c) for a, b, c in known)
    return bool(known) and hits / len(known) >= MOST


def _digits(text: str | None) -> int | None:
    digits = "".join(filter(str.isdigit, text or "")).strip("0")
    return int(digits) if digits and digits.isascii() else None


def _same_digits(a: int, b: int) -> bool:
    return str(a).strip("0") == str(b).strip("0")
