"""Tables and lines for a terminal: no column is lost, no word or id is broken to fit.

Belongs here: how rows and faults are laid out at the width there is. Does not: what they say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ingest.safe_text import one_line
from scoring.vocabulary import Standing
from scoring.words import WORDS, figure, spoken

INDENT = 4
# Headings of columns whose names alone would not say enough.
HEADS = {
    "arr_usd": "ARR (USD)",
    "partner_id": "partner id",
    "monthly_active_customers": "mean active customers",
    Standing.NON_COMPLIANT: WORDS[Standing.NON_COMPLIANT],
    "first": "first time",
}


def print_table(
    console: Console,
    title: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str] = (),
    listed: int | None = None,
    verbatim: Collection[str] = (),
) -> None:
    """The rows' `columns` (all when none are named) under a title, `listed` of them at most.

    A table where every word fits the console's width; else one entry per row, a line for each value
    with its column's name, since half an id is worse than a second line. What is left out is
    counted. Keys lose their underscores and figures their idle zeros, except in the columns that
    are shown `verbatim`: names of files, remedies and commands, which people copy.
    """
    names = tuple(columns) or tuple(dict.fromkeys(name for row in rows for name in row))
    shown = [[_shown(row.get(name), name in verbatim) for name in names] for row in rows[:listed]]
    console.print(Text(title, style="bold"))
    widths = _widths(console.width, [[_head(name) for name in names], *shown])
    if widths:
        right = [all(_is_number(row.get(name)) for row in rows) for name in names]
        console.print(_table(names, shown, widths, right))
    else:
        for cells in shown:
            for line in _entry(names, cells):
                print_hanging(console, line)
    if len(shown) < len(rows):
        left = len(rows) - len(shown)
        console.print(f"and {left} more row{'s' * (left > 1)} (--json lists all)", style="dim")


def print_hanging(console: Console, line: Text | str) -> None:
    """A line wrapped at words with its continuation indented; when piped, whole on one line."""
    text = Text(one_line(line)) if isinstance(line, str) else line
    if not console.is_terminal or cell_len(text.plain) <= console.width:
        console.print(text, soft_wrap=True)
        return
    lines = text.wrap(console, console.width)
    console.print(lines[0])
    rest = text[len(lines[0].plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    console.print(Padding(rest, (0, 0, 0, INDENT)))


def with_partner(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with `partner`, id and name together; the name from `name` or `partner`."""
    return [
        {
            **row,
            "partner": " ".join(
                part for part in (row["partner_id"], row.get("name") or row.get("partner")) if part
            ),
        }
        for row in rows
    ]


def cell(value: Any) -> str:
    """A value as one line: nothing for null, a list parted by commas, keys without underscores."""
    return _shown(value, is_verbatim=False)


def _shown(value: Any, is_verbatim: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return figure(value)
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return one_line(text) if is_verbatim else spoken(one_line(text))


def _head(name: str) -> str:
    return HEADS.get(name, name.replace("_", " "))


def _is_number(value: Any) -> bool:
    return value is None or (hasattr(value, "__abs__") and not isinstance(value, bool))


def _widths(room: int, rows: list[list[str]]) -> list[int]:
    """The columns' natural widths, or narrower ones that fit the room; [] if none fit."""
    columns = list(zip(*rows, strict=True))
    least = [
        max(cell_len(word) for c in column for word in c.split() or [""]) for column in columns
    ]
    liked = [max(map(cell_len, column)) for column in columns]
    room -= 3 * len(columns) + 1  # borders, and a blank on either side of a cell
    if sum(least) > room:
        return []
    widths, left = list(least), room - sum(least)
    while left and any(w < like for w, like in zip(widths, liked, strict=True)):
        for place, like in enumerate(liked):
            if left and widths[place] < like:
                widths[place], left = widths[place] + 1, left - 1
    return widths


def _table(
    names: Sequence[str], rows: list[list[str]], widths: list[int], right: list[bool]
) -> Table:
    table = Table(box=box.ROUNDED)
    for name, width, is_number in zip(names, widths, right, strict=True):
        justify: JustifyMethod = "right" if is_number else "left"
        table.add_column(_head(name), width=width, justify=justify, overflow="fold")
    for cells in rows:
        table.add_row(*map(Text, cells))
    return table


def _entry(names: Sequence[str], cells: list[str]) -> list[Text]:
    pairs = zip(names[1:], cells[1:], strict=True)
    return [Text(cells[0], "bold"), *(Text(f"  {_head(n)}: {c}") for n, c in pairs if c)]
