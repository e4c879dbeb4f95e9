"""Shortcuts that change how fast a run is and nothing of what it gives (docs/speed.md).

Belongs here: what may be left out without another result, and the one switch that turns all of it
off. Does not: anything that a result rests on.
"""

from __future__ import annotations

import os

VARIABLE = "PLUMBLINE_PLAIN"


def is_plain() -> bool:
    """Whether `PLUMBLINE_PLAIN`, set and neither empty nor 0, asks for a run without shortcuts."""
    return os.environ.get(VARIABLE, "") not in ("", "0")
