"""Keeps text as text on its way into a spreadsheet or to a terminal, whatever is in it.

Belongs here: the guards that every csv and xlsx writer of the product and its command line use.
Does not: writing files, or incoming values, which are read as they are.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# How texts begin that a spreadsheet takes for formulas, also after blanks or control characters
# that the program drops, or in full-width form.
FORMULA_START = re.compile(r"^[\s\x00-\x1f\ufeff\u200b]*[=+\-@|%＝＋－＠]|^[\t\r\n]")
# A plain number may begin with a sign and is not a formula.
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
# Characters that XML can't hold; a spreadsheet writer would make a file that doesn't open.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Characters that a terminal interprets instead of showing, and those that reverse the order of
# letters.
OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
COMMANDS = re.compile(r"(?![\t\n])" + OBEYED.pattern)
LONGEST = 32_767  # characters that a spreadsheet's cell holds


def safe_cell(value: Any) -> Any:
    """A value that a spreadsheet shows as it is and never runs.

    None, bools, numbers, dates and decimals come back unchanged. A text that a spreadsheet could
    take for a formula gets an apostrophe before it, as people enter such texts; characters that
    no cell can hold become U+FFFD, and a longer text than a cell holds is cut there.
    """
    if value is None or isinstance(value, bool | int | float | Decimal | date | datetime):
        return value
    text = UNWRITABLE.sub("\ufffd", str(value))
    if runs(text):
        text = "'" + text
    return text[:LONGEST]


def runs(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return bool(FORMULA_START.match(text)) and not NUMBER.fullmatch(text)


def one_line(text: str) -> str:
    """A text on one line that a terminal only shows, with escapes such as `\\x1b` and `\\n`."""
    return OBEYED.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def harmless(text: str) -> str:
    """A text of several lines in which a terminal interprets only tabs and line ends.

    Other control characters become escapes such as `\\u001b`, which mean the same character inside
    the quotes of JSON and YAML.
    """
    return COMMANDS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def guard(text: str) -> str:
    """A text as `safe_cell` guards it, but so that `unguard` gives back exactly this text.

    One more apostrophe is put before any text that would run without its apostrophes; nothing is
    cut and no character replaced, since a csv file holds them all.
    """
    return "'" + text if runs(text.lstrip("'")) else text


def unguard(text: str) -> str:
    """The text that `guard` was given; a text that it never wrote stays as it is."""
    return text[1:] if text.startswith("'") and runs(text.lstrip("'")) else text
