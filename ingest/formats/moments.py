"""Whether a text is a timestamp or a day that exists.

Belongs here: ISO 8601 as APIs write it, strictly. Does not: time zones of the program, or other
date formats (column maps declare those).
"""

from __future__ import annotations

import re
from datetime import datetime

ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?"
    r"(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


def is_moment(text: str) -> bool:
    """True for a real day, or a real moment with or without an offset, read strictly.

    `2025-10-028T16:00:00+00:00` and `2025-02-30` are invalid: what was meant can't be known.
    """
    match = ISO.fullmatch(text.strip())
    if match is None:
        return False
    day, clock, offset = match.groups()
    try:
        datetime.fromisoformat(f"{day}T{clock or '00:00'}{offset or ''}")
    except ValueError:
        return False
    return True
