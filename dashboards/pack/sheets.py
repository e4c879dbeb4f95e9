"""Pages as sheets: one table per sheet, with names and ids in separate columns.

Belongs here: a sheet's name, its columns and their values. Does not: writing a file (workbook.py),
or reading one cell (cells.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dashboards.components import Column, Page, Section, Table
from dashboards.pack.cells import NOTHING, Read, plain, read
from dashboards.registry import LABELS

LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
# A clipped name does not end with one of these.
LOOSE_ENDS = {"a", "and", "at", "by", "from", "in", "of", "on", "that", "the", "to", "-"}
DATED = ("day", "due", "month", "date", "joined", "from", "to", "by", "on")


@dataclass(frozen=True)
class Sheet:
    """One table: its name in the workbook, its caption, notes, heads and rows.

    `wide` are the places of columns that hold sentences. `rows` is empty if the page's table is;
    `count` is the number of rows.
    """

    name: str
    caption: str
    words: str
    page: str
    heads: tuple[str, ...]
    wide: frozenset[int]
    rows: tuple[tuple[Read, ...], ...]
    count: int


def sheets(pages: Iterable[Page]) -> Iterator[Sheet]:
    """A sheet for each table of the pages, in their order, with names that differ."""
    taken: set[str] = set()
    for page in pages:
        for section in page.sections:
            for table in section.tables:
                name = _name(page, section, table, taken)
                yield _sheet(name, page, section, table)


def headlines(pages: Iterable[Page]) -> Sheet:
    """The headline figures and opening sentences of every page, one per row."""
    rows = []
    for page in pages:
        title = Read(plain(page.title))
        for sentence in page.lead:
            if 'class="note"' not in sentence:
                rows.append((title, Read("In words"), Read(""), Read(plain(sentence))))
        rows += [
            (title, Read(plain(item.label)), read(item.value), Read(plain(item.note)))
            for item in page.headlines
        ]
    heads = ("Page", "Figure", "Value", "In words")
    caption = "Headline figures and opening sentences of every page"
    return Sheet(
        "Headlines", caption, "", "index.html", heads, frozenset({3}), tuple(rows), len(rows)
    )


def _name(page: Page, section: Section, table: Table, taken: set[str]) -> str:
    label = LABELS.get(page.path, plain(page.title))
    own = section.title if len(section.tables) == 1 else table.caption.partition(",")[0]
    whole = label if own == label else f"{label} - {own}"
    base = FORBIDDEN.sub(" ", whole).strip(" '")
    name, number = _clipped(base, LONGEST_NAME), 1
    while name.lower() in taken:
        number += 1
        name = f"{_clipped(base, LONGEST_NAME - 3)} {number}"
    taken.add(name.lower())
    return name


def _clipped(text: str, longest: int) -> str:
    """Whole words, as many as fit."""
    if len(text) <= longest:
        return text
    words = text[: longest + 1].split(" ")[:-1]
    while words and words[-1].lower() in LOOSE_ENDS:
        words.pop()
    short = " ".join(words).rstrip(" -,")
    return short if len(short) > longest // 2 else text[:longest]


def _sheet(name: str, page: Page, section: Section, table: Table) -> Sheet:
    cells = [
        [read(cell, dated=_dated(column)) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    heads: list[str] = []
    wide: set[int] = set()
    lines: list[list[Read]] = [[] for _ in cells]
    for place, column in enumerate(table.columns):
        parts = [row[place] for row in cells]
        if column.wide:
            wide.add(len(heads))
        heads.append(column.label)
        for line, part in zip(lines, parts, strict=True):
            line.append(_own(part, column))
        for extra, name_of in (("identity", f"{column.label} id"), ("mark", "Assumed")):
            if any(getattr(part, extra) for part in parts):
                heads.append(name_of)
                for line, part in zip(lines, parts, strict=True):
                    line.append(Read(getattr(part, extra)))
    return Sheet(
        name,
        table.caption,
        " ".join(plain(each) for each in section.words),
        page.path,
        tuple(_unlike(heads)),
        frozenset(wide),
        tuple(tuple(line) for line in lines),
        len(lines),
    )


def _own(part: Read, column: Column) -> Read:
    """The cell without its id and mark; empty where the page draws a dash for a number."""
    empty = (column.numeric or _dated(column)) and part.value in NOTHING
    return Read("") if empty else Read(part.value, part.form)


def _dated(column: Column) -> bool:
    """Whether a column holds days or months."""
    return column.whole or column.label.lower().rpartition(" ")[2] in DATED


def _unlike(heads: Sequence[str]) -> list[str]:
    """Heads that all differ, as a table in a workbook requires."""
    counts: dict[str, int] = {}
    unlike = []
    for head in heads:
        counts[head.lower()] = counts.get(head.lower(), 0) + 1
        number = counts[head.lower()]
        unlike.append(head if number == 1 else f"{head} ({number})")
    return unlike
