"""What moved, why, and what it is worth.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.changes.answer import Changes, changes
from scoring.changes.kept import leave
from scoring.changes.sides import computed
from scoring.changes.table import (
    NothingToCompare,
    since_last_run,
    since_year,
    write_changes,
)

__all__ = [
    "Changes",
    "NothingToCompare",
    "changes",
    "computed",
    "leave",
    "since_last_run",
    "since_year",
    "write_changes",
]
