"""Shortcuts that make a run faster without changing its results (docs/speed.md).

Belongs here: work that can be left out without changing a result, and the one switch that turns all
shortcuts off. Does not: anything that a result depends on.
"""

from __future__ import annotations

import os

VARIABLE = "PLUMBLINE_PLAIN"


def is_plain() -> bool:
    """Whether `PLUMBLINE_PLAIN`, set and neither empty nor 0, turns the shortcuts off."""
    return os.environ.get(VARIABLE, "") not in ("", "0")
