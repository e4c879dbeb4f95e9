"""Figures that can be held against their table.

Belongs here: how a value is marked up and written for people.
Does not: where it comes from (pages/) or how a page looks (templates/, assets/).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

# File systems allow 255 bytes a name; a longer id keeps its beginning and gets its digest.
LONGEST_NAME = 200


def raw(value: Any) -> str:
    """A value as its table holds it: exact digits, ISO dates, lists parted by commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(raw(item) for item in value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def key_text(key: Mapping[str, Any]) -> str:
    """`column=value;column=value`: the rows of the table that a figure speaks of."""
    return ";".join(f"{name}={raw(value)}" for name, value in key.items())


def figure(
    value: Any, table: str, key: Mapping[str, Any], column: str, shown: str | None = None
) -> Markup:
    """A figure with its table, key, column and exact value.

    `column` is a column of `table`, or an aggregate over its rows with that key, such as
    `count(*)`. `shown` is the text for people; by default the value, rounded for reading only.
    """
    return Markup(
        '<data data-table="{}" data-key="{}" data-column="{}" data-value="{}" value="{}">{}</data>'
    ).format(
        table,
        key_text(key),
        column,
        raw(value),
        raw(value),
        shown if shown is not None else people(value),
    )


def people(value: Any) -> str:
    """A value as a person reads it: thousands parted, at most two decimals, `none` for nothing."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, list | tuple):
        return ", ".join(people(item) for item in value) or "none"
    if isinstance(value, datetime | date):
        return raw(value)
    return str(value)


def decimal_text(value: Decimal) -> str:
    """Two decimals, but never a rounding that hides a near miss: then all four are shown."""
    value = Decimal(value)
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{rounded:,f}" if rounded == value else f"{value.normalize():,f}"
    return text.removesuffix(".00")


def money(value: Decimal | None) -> str:
    """US dollars, cents only where there are some."""
    return "none" if value is None else f"${decimal_text(value)}"


def page_name(partner_id: str) -> str:
    """The file name of a partner's page: its id percent-encoded, so that no id is a path."""
    encoded = quote(partner_id, safe="")
    if len(encoded) > LONGEST_NAME:
        import hashlib

        encoded = f"{encoded[:LONGEST_NAME]}-{hashlib.sha256(partner_id.encode()).hexdigest()[:16]}"
    return f"{encoded}.html"


def partner_link(partner_id: str, root: str, name: str | None = None) -> Markup:
    """A link to a partner's page. The encoded name is encoded again, as it is a file's name."""
    return Markup('<a href="{}partners/{}">{}</a>').format(
        root, quote(page_name(partner_id)), name or partner_id
    )


def cell(value: Any) -> Markup:
    """Plain text of a cell that is no figure; markup in it is text."""
    return Markup(escape(people(value) if value is not None else ""))
