"""Reads finished cells of pages back as text, ids, marks and values.

Belongs here: markup to text, figures to numbers and dates. Does not: layout.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from markupsafe import Markup

BREAK = re.compile(r"<br>|</li>|</summary>")
TAG = re.compile(r"<[^>]*>")
SPACES = re.compile(r"[ \t\r\f\v]+|\n")
ONE_FIGURE = re.compile(r'<data [^>]*data-value="([^"]*)">([^<]*)</data>')
EXACT = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
IDENTITY = re.compile(r'\s*<small class="id">(.*?)</small>', re.DOTALL)
MARK = re.compile(r'\s*<a class="mark"[^>]*>(.*?)</a>', re.DOTALL)
SHOWN = re.compile(r"−?(?P<dollar>\$?)[0-9][0-9,]*(?:\.(?P<places>[0-9]+))?(?P<percent> %)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
# A spreadsheet's numbers have 15 digits, and its days begin with 1900.
DIGITS = 15
FIRST_YEAR = 1901
DAY_FORMAT, MONTH_FORMAT = "yyyy-mm-dd", "yyyy-mm"
NOTHING = ("—", "none", "")

Value = Decimal | date | str


@dataclass(frozen=True)
class Read:
    """A cell in parts: its value or text with the number format to show it in (`General` for text),
    the id next to its name, and the assumption that it depends on."""

    value: Value
    form: str = "General"
    identity: str = ""
    mark: str = ""


def plain(cell: Markup | str) -> str:
    """The text of a cell, on one line; breaks become semicolons."""
    if not isinstance(cell, Markup):
        return SPACES.sub(" ", str(cell)).strip()
    text = TAG.sub("", BREAK.sub("; ", str(cell)))
    return SPACES.sub(" ", html.unescape(text)).strip(" ;")


def read(cell: Markup | str, dated: bool = False) -> Read:
    """A cell in parts. `dated`: whether its column holds days or months, even if the text is not a
    figure. A number keeps its exact value and is shown with the places that the page shows."""
    if not isinstance(cell, Markup):
        return Read(*_typed(plain(cell), plain(cell), dated))
    text = str(cell)
    marks = "; ".join(plain(Markup(each)) for each in MARK.findall(text))
    text = MARK.sub("", text)
    identities = IDENTITY.findall(text)
    # Several names in one cell keep their ids next to them.
    identity = plain(Markup(identities[0])) if len(identities) == 1 else ""
    if identity:
        text = IDENTITY.sub("", text)
    match = ONE_FIGURE.fullmatch(text.strip())
    if match:
        value, form = _typed(html.unescape(match[1]), plain(Markup(match[2])), True)
        return Read(value, form, identity, marks)
    shown = plain(Markup(text))
    return Read(*_typed(shown, shown, dated, number=False), identity, marks)


def _typed(exact: str, shown: str, dated: bool, number: bool = True) -> tuple[Value, str]:
    """The value and its number format, of the exact text and the one for people."""
    if dated and (day := _day(exact, shown)):
        return day
    match = SHOWN.fullmatch(shown)
    if number and match and EXACT.fullmatch(exact):
        value = Decimal(exact)
        if len(value.as_tuple().digits) <= DIGITS:
            places = "." + "0" * len(match["places"]) if match["places"] else ""
            return value, f"{match['dollar']}#,##0{places}{'%' if match['percent'] else ''}"
    return shown, "General"


def _day(exact: str, shown: str) -> tuple[date, str] | None:
    text, form = exact, DAY_FORMAT
    if MONTH.fullmatch(shown):
        text, form = f"{shown}-01", MONTH_FORMAT
    if not DAY.fullmatch(text):
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
    return (day, form) if day.year >= FIRST_YEAR else None
