"""What a column of an unknown file contains: dates, numbers, booleans, currencies.

Belongs here: recognising content for the proposal of a map. Does not: reading data for landing,
where everything is declared and nothing is recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ingest.formats.draft_numbers import plain_number
from ingest.formats.moments import is_moment
from ingest.judging.contract import Column
from ingest.judging.currencies import currency_codes
from ingest.judging.truth import truth

FORMATS = (
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%Y%m%d",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
)
DAY = len("2025-03-01")
NUMBER = re.compile(r"[+-]?[\d.,' ]*\d", re.ASCII)
POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})*(\.\d+)?|[+-]?\d+(\.\d+)?", re.ASCII)
MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
QUARTER = re.compile(r"\d{4}-Q[1-4]", re.ASCII)
COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})*(,\d+)?|[+-]?\d+(,\d+)?", re.ASCII)


@dataclass(frozen=True)
class Content:
    """The distinct filled values of a column, in order of appearance."""

    values: tuple[str, ...]

    def _share(self, hits: Iterable[bool]) -> float:
        return sum(hits) / len(self.values) if self.values else 0.0

    @cached_property
    def dates(self) -> float:
        """The share of values that are dates in one format."""
        return 1.0 if self.values and date_formats(self.values) else 0.0

    @cached_property
    def numbers(self) -> float:
        """The share of values that are numbers in some locale."""
        return self._share(NUMBER.fullmatch(plain_number(v)) is not None for v in self.values)

    @cached_property
    def booleans(self) -> float:
        """The share of values that are literals of a bool."""
        return self._share(truth(v) is not None for v in self.values)

    def fit(self, column: Column) -> float:
        """How well the values suit a column of ours, 0 to 1; one half where nothing is known."""
        if not self.values:
            return 0.5 if column.optional else 0.2
        if column.kind in ("month", "quarter"):
            form = MONTH if column.kind == "month" else QUARTER
            return self._share(form.fullmatch(v) is not None for v in self.values)
        if column.kind in ("date", "timestamp"):
            return self.dates
        if column.kind in ("money", "decimal", "int"):
            # 31.12.2025 has only digits and dots, but is a day all the same.
            return self.numbers if all(map(_is_number, self.values)) or not self.dates else 0.0
        if column.kind == "bool":
            return self.booleans
        if column.kind == "iso4217":
            return self._share(v in currency_codes() for v in self.values)
        if column.kind == "enum":
            return 0.5 + 0.5 * self._share(v.lower() in column.choices for v in self.values)
        return 0.3 if self.dates else 0.6 - 0.1 * self.numbers


def content_of(values: Iterable[str | None]) -> Content:
    """The distinct filled values of a column."""
    return Content(tuple(dict.fromkeys(v.strip() for v in values if v and v.strip())))


def date_formats(values: Sequence[str], with_clock: bool = True) -> list[str]:
    """The formats in which every value is a date; an empty text means ISO 8601.

    Without `with_clock` the column holds days: a moment then needs the format in which it is
    written.
    """
    plain = with_clock or all(len(v) == DAY for v in values)
    if values and plain and all(is_moment(v) for v in values):
        return [""]
    return [form for form in FORMATS if values and all(_reads(v, form) for v in values)]


def _is_number(value: str) -> bool:
    number = plain_number(value)
    return bool(POINT.fullmatch(number) or COMMA.fullmatch(number))


def _reads(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)
    except ValueError:
        return False
    return True
