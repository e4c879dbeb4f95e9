"""Figures that can be checked against their table.

Belongs here: how a value is marked up, how its key is written and read.
Does not: where it comes from (pages/), how it reads (words.py) or looks (templates/, assets/).

Every figure is a `<data>` element whose attributes say which rows it is about:

- `data-table`: `schema.table` of the warehouse;
- `data-key`: `column=value;column=value`, the rows; empty for all rows. In a value, `%`, `;`,
  `=` and control characters are percent-encoded (`%25`, `%3B`, `%3D`), a null is written as nothing
  and the empty text as a lone `%`, so that every key can be read back as one list of pairs;
- `data-column`: a column of the table, or an aggregate over the rows, such as `count(*)`;
- `data-value`: the exact value (`raw`).

So `select {column} from {table} where {key}` gives the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from dashboards.words import money, people

RESERVED = re.compile(r"[%;=\x00-\x1f\x7f]")
EMPTY_TEXT = "%"
COLOURED = re.compile(r"<span class=([\w-]+)>([^<]*)</span>")


def raw(value: Any) -> str:
    """A value as in its table: exact digits, ISO dates, lists separated by commas."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return ", ".join(raw(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def key_text(key: Mapping[str, Any]) -> str:
    """The rows that a figure is about, in the form described above."""
    return ";".join([f"{name}={_key_value(value)}" for name, value in key.items()])


def _key_value(value: Any) -> str:
    text = raw(value)
    if RESERVED.search(text):
        return RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", text)
    return EMPTY_TEXT if text == "" and value is not None else text


def read_key(text: str) -> dict[str, str | None]:
    """The pairs of a key; None for null."""
    pairs = (part.partition("=") for part in text.split(";") if part)
    return {
        name: None if value == "" else "" if value == EMPTY_TEXT else unquote(value)
        for name, _, value in pairs
    }


def figure(
    value: Any, table: str, key: Mapping[str, Any], column: str, shown: str | None = None
) -> Markup:
    """A figure with its table, key, column and exact value.

    `column` is a column of `table`, or an aggregate over its rows with that key, such as
    `count(*)`. `shown` is the text for people; by default the value, rounded for reading only.
    """
    return marked(value, table, escape(key_text(key)), column, shown)


def marked(value: Any, table: str, key: str, column: str, shown: str | None = None) -> Markup:
    """A figure whose key is already written and escaped; table and column come from the code."""
    text = people(value) if shown is None else shown
    if not isinstance(text, Markup):
        text = escape(raw(text))
    # A parser would read a bare carriage return as a line feed.
    exact = escape(raw(value)).replace("\r", "&#13;")
    # A word with a shape and a colour needs no element of its own inside the figure.
    css = ""
    if coloured := COLOURED.fullmatch(text):
        css, text = f" class={coloured[1]}", coloured[2]
    return Markup(
        f'<data{css} data-table="{table}" data-key="{key}" data-column="{column}"'
        f' data-value="{exact}">{text}</data>'
    )


def count(value: int, table: str, key: Mapping[str, Any]) -> Markup:
    """How many rows of `table` have that key."""
    return figure(value, table, key, "count(*)")


def total(value: Decimal | int | None, table: str, key: Mapping[str, Any], column: str) -> Markup:
    """The sum of a column of amounts over the rows with that key, in US dollars."""
    return figure(value, table, key, f"sum({column})", shown=money(value))


def cell(value: Any) -> Markup:
    """Plain text of a cell that is not a figure; markup in it is text."""
    return Markup("" if value is None else escape(people(value)))
