"""How the amounts of an unknown file are written, as the lines of a proposed map that declare it.

Belongs here: marks between thousands and before decimals, currencies and brackets around numbers.
Does not: reading amounts as a map declares them (map_values.py).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from ingest.formats.map_values import NEGATIVE, beside, number_pattern, signs_of
from ingest.judging.currencies import currency_codes
from ingest.packaged import packaged_yaml

WORDS_FILE = Path(__file__).with_name("draft_words.yaml")
# (before decimals, between thousands), the likelier first.
LOCALES = ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (",", "'"))
GONE = {ord(mark): None for mark in " .,'\u00a0\u2009\u202f\u2019"}
DIGITS, DASHES = set("0123456789"), set("-\u2013\u2014")
PLAIN = DIGITS | {"."}
SHOWN, LONGEST = 3, 4


@cache
def _known_signs() -> frozenset[str]:
    return frozenset(packaged_yaml(WORDS_FILE)["currency_signs"])


def _is_currency(text: str) -> bool:
    """Whether a text beside a number is a currency: a code, a sign such as `US$`, or `kr`."""
    has_sign = any(unicodedata.category(character) == "Sc" for character in text)
    known = text in currency_codes() or text in _known_signs()
    return known or (has_sign and len(text) <= LONGEST)


def plain_number(value: str) -> str:
    """An amount without the currency and brackets around it; the value itself where something else
    is around it."""
    before, number, behind = beside(value)
    signs = signs_of(before, behind)
    return number if number and all(map(_is_currency, signs)) else value


def number_lines(values: Sequence[str]) -> list[str]:
    """YAML lines that declare how amounts are written; a comment where more than one way fits."""
    amounts = [value for value in values if any(map(str.isdigit, value))]
    around = [(before, behind) for before, _, behind in map(beside, amounts)]
    signs = list(dict.fromkeys(sign for pair in around for sign in signs_of(*pair)))
    other = next((sign for sign in signs if not _is_currency(sign)), None)
    if other is not None:
        return [
            f"# beside some amounts stands {other!r}, which no map reads past unless signs: has it"
        ]
    lines = [f"signs: [{', '.join(map(_quoted, signs))}]"] if signs else []
    lines += [f"negative: {name}" for name in NEGATIVE if _is_written(around, name)]
    return lines + _locale([plain_number(value) for value in amounts])


def zero_values(values: Iterable[str]) -> str:
    """The `values` of a column whose 0 is a dash, with or without a currency, as accounting formats
    show it; "" for any other."""
    dashes = [value for value in values if set(value) & DASHES and not set(value) & DIGITS]
    zeros = {
        value: "0"
        for value in dashes
        if all(map(_is_currency, "".join(c for c in value if c not in DASHES).split()))
    }
    return f"values: {json.dumps(zeros, ensure_ascii=False)}" if zeros else ""


def _is_written(around: Iterable[tuple[str, str]], negative: str) -> bool:
    """Whether some number below zero is written in this way."""
    opening, closing = NEGATIVE[negative]
    return any(
        opening in before and behind.lstrip().startswith(closing) for before, behind in around
    )


def _quoted(text: str) -> str:
    return f'"{text}"'


def _locale(values: Sequence[str]) -> list[str]:
    marked = [value for value in values if not value.isdigit()]
    readings: dict[tuple[str, ...], tuple[str, str]] = {}
    for decimal, group in LOCALES:
        matches = [number_pattern(decimal, group).fullmatch(value) for value in marked]
        if all(matches):
            read = tuple(f"{m[2].translate(GONE)}.{m[3] or ''}" for m in matches if m)
            readings.setdefault(read, (decimal, group))
    shown = ", ".join(marked[:SHOWN])
    if len(readings) == 1:
        ((decimal, group),) = readings.values()
        if decimal == ".":
            has_groups = any(set(value) - PLAIN for value in marked)
            return [f"group: {_quoted(group)}"] if has_groups else []
        return [f"decimal: {_quoted(decimal)}", f"group: {_quoted(group)}"]
    if not marked:
        return []
    if not readings:
        return [f"# amounts such as {shown} are written in no one way: declare decimal: and group:"]
    ways = ", or ".join(
        f"decimal: {_quoted(decimal)} with group: {_quoted(group)}"
        for decimal, group in sorted(readings.values())
    )
    return [f"# amounts such as {shown} could be read in two locales: declare {ways}"]
