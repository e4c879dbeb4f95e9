"""The European Central Bank's `eurofxref-hist.csv`, as published: one row per day.

Belongs here: its trailing comma, `N/A`, and its columns (one per currency).
Does not: which day's rate is used (semantics 4, "Currencies").
"""

from __future__ import annotations

import re
from pathlib import Path

from ingest.judging.contract import Column, Entity, entity
from ingest.judging.headers import fold
from ingest.judging.table import RawTable, ReadContext, Refused, Row
from ingest.readers import delimited, text

MISSING = ("N/A", "")
CODE = re.compile("[A-Z]{3}")


def spec_of(header: tuple[str, ...]) -> Entity:
    """The wide file as an entity: `date`, then each currency an optional positive number."""
    long = entity("fx_rates")
    currencies = [name.strip() for name in header if fold(name) != "date"]
    columns = (Column("date", "date", False), *(Column(c, "decimal", True) for c in currencies))
    return Entity(long.source, long.name, ("date",), columns, long.note)


def _without_tail(parsed: delimited.Delimited) -> int:
    """How many fields to keep: every published line, the header too, ends in a comma."""
    width = len(parsed.header)
    while width and not parsed.header[width - 1].strip():
        width -= 1
    return width


def read(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    """One table whose header is Date and the currencies; `N/A` is empty. Refused for any other."""
    content, _ = text.decode(data)
    parsed = delimited.parse(content, ("date", "usd"))
    width = _without_tail(parsed)
    header = tuple(name.strip() for name in parsed.header[:width])
    others = [name for name in header if fold(name) != "date"]
    if len(others) != width - 1 or not others or not all(CODE.fullmatch(name) for name in others):
        message = "the header is not Date and three-letter currencies, as the bank publishes it"
        raise Refused("header", message)
    twice = sorted({name for name in others if others.count(name) > 1})
    if twice:
        message = f"the header names {', '.join(twice)} more than once; name each currency once"
        raise Refused("repeated_column", message)

    def row(fields: Row) -> Row:
        return tuple(None if (v or "").strip() in MISSING else v for v in fields[:width])

    table = RawTable("fx_rates", header, [row(r) for r in parsed.rows], parsed.row_numbers)
    for broken in parsed.broken:
        # A line without the trailing comma is complete all the same.
        if len(broken.fields) == width:
            table.rows.append(row(broken.fields))
            table.row_numbers.append(broken.row)
        else:
            table.broken.append(broken)
    return [table]
