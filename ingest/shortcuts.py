"""The shortcuts that make a run faster without changing its results, by name, and their switch.

Belongs here: the names, and whether one is turned off (docs/speed.md says what each leaves out).
Does not: the shortcuts themselves; most lie in orchestration/speed.
"""

from __future__ import annotations

import os
from enum import StrEnum

VARIABLE = "PLUMBLINE_PLAIN"
# The values of the variable that turn off none of them, and all of them.
NONE, ALL = ("", "0"), "1"


class Shortcut(StrEnum):
    """A name that turns one shortcut off."""

    UNCHANGED = "unchanged"
    STAGES = "stages"
    REACHED = "reached"
    COMPILED = "compiled"
    MONTHS = "months"
    DBT_IMPORTS = "dbt-imports"
    STATISTICS = "statistics"
    PARSING = "parsing"
    DESCRIBED = "described"
    HISTORY = "history"
    DISK = "disk"
    CATALOG = "catalog"
    DRAWING = "drawing"
    DRAWINGS = "drawings"
    SCORECARDS = "scorecards"
    GARBAGE = "garbage"
    EXIT = "exit"


def is_off(shortcut: Shortcut) -> bool:
    """Whether `PLUMBLINE_PLAIN` turns a shortcut off: 1 turns all of them off, and names with
    commas between them turn those off. Raises ValueError for a name that no shortcut has."""
    value = os.environ.get(VARIABLE, "").strip()
    if value in NONE or value == ALL:
        return value == ALL
    names = {name.strip() for name in value.split(",")}
    unknown = sorted(names - set(Shortcut))
    if unknown:
        raise ValueError(
            f"{VARIABLE} names {', '.join(unknown)}, which is not a shortcut; write 1 for all of "
            f"them, or names of these: {', '.join(Shortcut)}"
        )
    return shortcut in names
