"""Ready cells of pages read back as text and values.

Belongs here: markup to text, figures to numbers. Does not: layout.
"""

from __future__ import annotations

import html
import re
from decimal import Decimal

from markupsafe import Markup

BREAK = re.compile(r"<br>|</li>|</summary>")
TAG = re.compile(r"<[^>]*>")
SPACES = re.compile(r"[ \t\r\f\v]+|\n")
ONE_FIGURE = re.compile(r'<data [^>]*data-value="([^"]*)">[^<]*</data>')
EXACT = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")


def plain(cell: Markup | str) -> str:
    """The text of a cell, on one line; breaks become semicolons."""
    if not isinstance(cell, Markup):
        return SPACES.sub(" ", str(cell)).strip()
    text = TAG.sub("", BREAK.sub("; ", str(cell)))
    return SPACES.sub(" ", html.unescape(text)).strip(" ;")


def exact(cell: Markup | str) -> Decimal | str:
    """A cell that is one numeric figure as its exact value, else its text."""
    found = ONE_FIGURE.fullmatch(str(cell).strip())
    if found and EXACT.fullmatch(found[1]):
        return Decimal(found[1])
    return plain(cell)
