"""A whole number in a text column, as its cell shows it: 42 with the format 00000 is 00042.

Belongs here: formats of digits and fixed characters, in which identifiers are shown. Does not:
amounts and dates, which are read from the cell's value.
"""

from __future__ import annotations

import re

PART = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|([0#?])|([-+()/: $])')


def as_formatted(text: str, code: str) -> str:
    """The number `text` as a cell of the format `code` shows it, where that format is nothing but
    digits and fixed characters; else the number itself."""
    parts = _parts(code.partition(";")[0])
    places = [at for at, (kind, _) in enumerate(parts) if kind == "digit"]
    if not text.isdigit() or not places or not _says_more(parts):
        return text
    digits, shown = list(text), [""] * len(parts)
    for at in reversed(places):
        shown[at] = digits.pop() if digits else parts[at][1]
    shown[places[0]] = "".join(digits) + shown[places[0]]
    for at, (kind, character) in enumerate(parts):
        if kind == "fixed":
            shown[at] = character
    return "".join(shown)


def _says_more(parts: list[tuple[str, str]]) -> bool:
    """Whether a format shows more than the number's own digits."""
    fixed = any(kind == "fixed" for kind, _ in parts)
    return fixed or sum(character == "0" for _, character in parts) > 1


def _parts(code: str) -> list[tuple[str, str]]:
    """(digit, what is shown where there is none) and (fixed, character); [] for other formats."""
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(code):
        match = PART.match(code, at)
        if match is None:
            return []
        quoted, escaped, digit, fixed = match.groups()
        if digit:
            parts.append(("digit", "0" if digit == "0" else ""))
        elif quoted or escaped or fixed:
            parts.append(("fixed", quoted or escaped or fixed))
        at = match.end()
    return parts
