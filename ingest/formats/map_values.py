"""Turns one value of a foreign layout into the text of one of our columns.

Belongs here: declared date formats, locales, value lists, exact division. Does not: rows, or
whether the text meets the contract (the judge decides that).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from functools import cache

from ingest.formats.map_model import ColumnMap, ColumnRule, is_sign
from ingest.formats.salesforce_ids import long_id
from ingest.judging.clock import Clock
from ingest.judging.contract import Column
from ingest.judging.truth import NEITHER, truth

NUMBERS = ("money", "decimal", "int")
# Thousands separators that count as the same: blanks of any width, apostrophes of any shape.
SAME_MARKS = (" \u00a0\u2009\u202f", "'\u2019")
PADDING = " \u00a0\u2009\u202f"
# What stands before the first digit of an amount, up to its last digit, and behind that.
BESIDE = re.compile(r"([^0-9]*)([0-9](?:.*[0-9])?)([^0-9]*)", re.ASCII)
# What is around a number below zero, other than a minus before it.
NEGATIVE: Mapping[str, tuple[str, str]] = {"brackets": ("(", ")"), "behind": ("", "-")}
DIGITS = 60  # enough that no division of a landed number is rounded


@dataclass(frozen=True)
class BadValue(Exception):
    """A value that does not fit what the map declares; never guessed at.

    `column`: their column, where the value is not that of the column being read.
    """

    rule: str
    message: str
    column: str | None = None


def convert(
    text: str | None, rule: ColumnRule, column: Column, layout: ColumnMap, clock: Clock
) -> str | None:
    """The value of a column by its rule; BadValue when the text is not as the map declares."""
    value = (text or "").strip()
    if rule.values:
        by_name = {theirs.casefold(): ours for theirs, ours in rule.values.items()}
        known = by_name.get(value.casefold()) or _by_truth(value, rule.values)
        value = known or (value if rule.otherwise is None else rule.otherwise)
    elif rule.otherwise is not None:
        value = value or rule.otherwise
    if value == "":
        return None
    if rule.salesforce_id:
        return long_id(value)
    if rule.format is not None or (rule.day_before or rule.moment):
        return _moment_text(value, rule, column, clock)
    if column.kind in NUMBERS:
        return _divided(number_text(value, layout), rule)
    return value if rule.values or column.kind != "text" else text


def _by_truth(value: str, values: Mapping[str, str]) -> str | None:
    """Our word for a truth value, where the map lists truth values and the file uses other words
    for them."""
    meanings = {truth(theirs): ours for theirs, ours in values.items()}
    if None in meanings or set(meanings) != {True, False} or not value:
        return None
    meant = truth(value)
    if meant is None:
        raise BadValue("bool", NEITHER)
    return meanings[meant]


def _moment_text(value: str, rule: ColumnRule, column: Column, clock: Clock) -> str:
    """A day or moment read by the declared format and no other: 10/3/2020 is the third of October
    or invalid."""
    try:
        moment = _in_zone(_read(value, rule), rule, column, clock)
    except (ValueError, OverflowError) as error:
        form = rule.format or "ISO 8601 (YYYY-MM-DD)"
        raise BadValue(
            "date", f"is not in the map's format {form}; what was meant is not guessed"
        ) from error
    # strftime would write the year 1 with one digit.
    if column.kind == "timestamp":
        return moment.isoformat(timespec="microseconds")
    day = moment.date().isoformat()
    return day[: len("2025-03")] if column.kind == "month" else day


def _read(value: str, rule: ColumnRule) -> datetime:
    if rule.format == "epoch_ms":
        if not re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
            raise ValueError
        return datetime(1970, 1, 1) + timedelta(milliseconds=int(value))
    if rule.format is None:
        return datetime.fromisoformat(value)
    return datetime.strptime(value, rule.format)


def _in_zone(moment: datetime, rule: ColumnRule, column: Column, clock: Clock) -> datetime:
    """The moment in UTC for a timestamp, else the local one whose day is meant; one at the ends of
    the calendar, which can't be moved, as it is."""
    try:
        if column.kind == "timestamp" or rule.moment:
            moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        if column.kind == "timestamp":
            return moment
        local = clock.local(moment) if rule.moment else moment
        return local - timedelta(days=1) if rule.day_before else local
    except OverflowError:
        return moment.replace(tzinfo=None)


def number_text(value: str, layout: ColumnMap) -> str:
    """A number as the map declares numbers, as plain text; BadValue for any other."""
    plain = _alone(value, layout) if layout.signs or layout.negative else value
    match = None if plain is None else number_pattern(layout.decimal, layout.group).fullmatch(plain)
    if match is None:
        raise BadValue(
            "locale",
            f"is not a number with {layout.decimal!r} before its decimals and "
            f"{layout.group or 'nothing'!r} between thousands, as the map declares"
            f"{_what_to_add(value, layout)}",
        )
    sign, whole, places = match.groups()
    digits = "".join(filter(str.isdigit, whole))
    return f"{sign}{digits}" + (f".{places}" if places else "")


def beside(value: str) -> tuple[str, str, str]:
    """(text before, number, text behind) of an amount; the number is "" where there is no digit."""
    match = BESIDE.fullmatch(value.strip())
    return (match[1], match[2], match[3]) if match else (value, "", "")


def signs_of(before: str, behind: str) -> list[str]:
    """What stands beside a number and is neither its sign nor brackets, as `$` or `EUR`."""
    bare = (before.strip(f"{PADDING}+-("), behind.strip(f"{PADDING}-)"))
    return [text for text in dict.fromkeys(bare) if text]


def _alone(value: str, layout: ColumnMap) -> str | None:
    """A number without what the map declares to stand beside it, with its sign before it; None
    where something else does."""
    before, number, behind = beside(value)
    for sign in signs_of(before, behind):
        if sign not in layout.signs:
            return None
        before, behind = before.replace(sign, "", 1), behind.replace(sign, "", 1)
    frame = tuple("".join(text.split()) for text in (before, behind))
    if frame in (("", ""), ("+", ""), ("-", "")):
        return f"{frame[0]}{number}"
    return f"-{number}" if layout.negative and frame == NEGATIVE[layout.negative] else None


def _what_to_add(value: str, layout: ColumnMap) -> str:
    """What a map has to declare so that an amount with a currency or brackets is read; "" for any
    other text."""
    before, number, behind = beside(value)
    signs = tuple(signs_of(before, behind))
    if not number_pattern(layout.decimal, layout.group).fullmatch(number) or not all(
        map(is_sign, signs)
    ):
        return ""
    for negative in (layout.negative, *NEGATIVE):
        wider = layout.model_copy(update={"signs": layout.signs + signs, "negative": negative})
        if _alone(value, wider) is not None:
            lacking = [sign for sign in signs if sign not in layout.signs]
            ways = [f"signs: [{', '.join(map(repr, lacking))}]"] if lacking else []
            ways += [f"negative: {negative}"] if negative != layout.negative else []
            return f"; if what stands beside it is right, add to the map {' and '.join(ways)}"
    return ""


@cache
def number_pattern(decimal: str, group: str | None) -> re.Pattern[str]:
    """A pattern of numbers with one mark before the decimals and the other between thousands.

    Which blank or which apostrophe a program writes between thousands is a matter of its fonts, not
    of the locale; in India all groups but the last have two digits.
    """
    alike = next((marks for marks in SAME_MARKS if group and group in marks), group or "")
    mark = f"(?:{'|'.join(map(re.escape, alike if alike in SAME_MARKS else [alike]))})"
    grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+|\d{{1,2}}(?:{mark}\d{{2}})+{mark}\d{{3}}|"
    whole = f"{grouped if alike else ''}\\d+"
    return re.compile(rf"([+-]?)({whole})(?:{re.escape(decimal)}(\d+))?", re.ASCII)


def _divided(text: str, rule: ColumnRule) -> str:
    if rule.divide_by is None:
        return text
    with localcontext() as context:
        context.prec = DIGITS
        try:
            return format((Decimal(text) / rule.divide_by).normalize(), "f")
        except (DivisionByZero, InvalidOperation) as error:
            raise BadValue("locale", f"can't be divided by {rule.divide_by}") from error
