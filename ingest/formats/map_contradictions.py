"""Values that can only be read another way than their map declares.

Belongs here: recognising such a value, and the sentence that names them. Does not: reading values
as declared (map_values.py), or refusing the file (expectations/).

Where some dates can only be day first, or some numbers only have a decimal comma, values that could
be either cannot be trusted: 05/03/2025 next to 20/03/2025 is hardly the third of May.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, permutations

from ingest.formats.map_model import ColumnMap, ColumnRule
from ingest.formats.map_values import NUMBERS
from ingest.judging.contract import Column
from ingest.judging.table import CONTRADICTED, Note

SHOWN = 5
BLANKS = " '\u00a0\u2009\u202f\u2019"  # part thousands whatever the mark before the decimals is
# The pattern of a number whose decimals come after this mark: it has decimals, or has the other
# mark more than once, which is only possible between thousands.
WRITTEN = {
    ",": re.compile(
        rf"(?:\d{{1,3}}(?:[.{BLANKS}]\d{{3}})+|\d+),\d+|\d{{1,3}}(?:\.\d{{3}}){{2,}}", re.ASCII
    ),
    ".": re.compile(
        rf"(?:\d{{1,3}}(?:[,{BLANKS}]\d{{3}})+|\d+)\.\d+|\d{{1,3}}(?:,\d{{3}}){{2,}}", re.ASCII
    ),
}
EITHER = {mark: re.compile(rf"\d{{1,3}}[{mark}]\d{{3}}", re.ASCII) for mark in WRITTEN}
NAMED = {",": "comma", ".": "point"}
# A sign, a currency or brackets around a number do not affect how it is written.
AROUND = re.compile(r"^[^\d.,]+|[^\d.,]+$", re.ASCII)
BETWEEN, MARKS = ("/", ".", "-"), re.compile(r"[/.-]")
PARTS = re.compile(r"%[dmy]")
NAMES = {"%d": "day", "%m": "month", "%y": "year"}


@dataclass(frozen=True)
class Contradiction:
    """A value in a row that is not as declared; `way` says the only way in which it can be read."""

    row: int
    column: str
    value: str
    way: str


def is_written(value: str, mark: str) -> bool:
    """Whether a number, whatever sign, currency or brackets are around it, can only be read with
    its decimals after this mark, so that the other one stands between thousands."""
    number = AROUND.sub("", value.strip())
    return bool(WRITTEN[mark].fullmatch(number)) and not EITHER[mark].fullmatch(number)


def other_way(value: str, rule: ColumnRule, column: Column, layout: ColumnMap) -> str | None:
    """How a text that is not as its map declares can be read, where it can be; else None."""
    text = value.strip()
    if rule.format is not None:
        return _other_order(text, rule.format)
    if column.kind in NUMBERS:
        mark = "." if layout.decimal == "," else ","
        number = AROUND.sub("", text)
        if EITHER[mark].fullmatch(number):
            return f"with a {NAMED[mark]}, between thousands or before decimals"
        return f"with a decimal {NAMED[mark]}" if is_written(number, mark) else None
    return None


def _other_order(text: str, form: str) -> str | None:
    """The order of day, month and year in which a date can be read, as `day first`.

    Slashes, dots or hyphens between them are a matter of habit; only the order counts.
    """
    parts = PARTS.findall(form)
    between = PARTS.split(form)
    for mark in ("", *BETWEEN):
        marks = [MARKS.sub(mark, one) for one in between] if mark else between
        if marks != between and _reads(text, marks, parts):
            continue
        for order in permutations(parts):
            if list(order) != parts and _reads(text, marks, order):
                first = next((NAMES[part] for part in order if part in NAMES), "day")
                return f"with the {first} first"
    return None


def _reads(text: str, marks: Sequence[str], order: Sequence[str]) -> bool:
    """Whether a text is a date with its parts in this order and these marks around them."""
    turned = "".join(chain.from_iterable(zip(marks, (*order, ""), strict=True)))
    try:
        datetime.strptime(text, turned)
    except ValueError:
        return False
    return True


def contradiction_note(contradictions: Sequence[Contradiction], layout: ColumnMap) -> Note:
    """What is refused and why: how many values, which ones, and what to do."""
    ways: dict[str, list[Contradiction]] = {}
    for one in contradictions:
        ways.setdefault(one.way, []).append(one)
    clauses = []
    for way, members in sorted(ways.items()):
        shown = ", ".join(f"row {m.row} {m.column} {m.value[:40]!r}" for m in members[:SHOWN])
        more = f" and {len(members) - SHOWN} more" if len(members) > SHOWN else ""
        verb = "value" if len(members) == 1 else "values"
        clauses.append(f"{len(members)} {verb} can only be read {way} ({shown}{more})")
    declared = f"the column map {layout.id} declares otherwise"
    doubt = "so that the values that could be either can't be trusted"
    remedy = "correct the map, or have the file written in one way"
    return Note(CONTRADICTED, f"{'; '.join(clauses)}, and {declared}, {doubt}; {remedy}")
