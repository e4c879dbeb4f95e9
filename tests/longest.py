"""In which order test files begin, and which no longer begin when the time for them is over.

Belongs here: the order of files, and what may be left out for want of time. Does not: how long each
took (docs/testing.md says how to see it).

Workers take whole files. If a long one came last, all workers but one would be idle; and xdist by
itself begins with the files that have most tests, which are quick ones. Whole programs on other
engines come last all the same. They take longest, and where the time is limited, a slow machine
leaves out these, by name, instead of an unknown part of all tests.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

# By processor seconds, the longest first; a minute at least.
LONGEST = (
    "tests/orchestration/test_affected.py",
    "tests/orchestration/test_erasing.py",
    "tests/orchestration/test_demonstration_years.py",
    "tests/orchestration/test_ledger.py",
    "tests/oracle/test_left_out.py",
    "tests/orchestration/test_run.py",
    "tests/orchestration/test_ui_tour.py",
    "tests/test_house.py",
    "tests/scoring/policy/test_mutate.py",
)
# After all others, the longest first.
WHOLE_PROGRAMS = (
    "tests/spark/test_cluster.py",
    "tests/spark/test_parity.py",
    "tests/snowflake/test_parity.py",
    "tests/postgres/test_parity.py",
)
# Seconds since 1970 after which none of these begins; CI sets it, as its own time is limited.
UNTIL = "PLUMBLINE_WHOLE_PROGRAMS_UNTIL"

PLACES = {file: number for number, file in enumerate((*LONGEST, "", *WHOLE_PROGRAMS))}


def file_of(nodeid: str) -> str:
    """The file of a test. `nodeid` is pytest's: the file, then `::` and the test's name."""
    return nodeid.partition("::")[0]


def place_of(nodeid: str) -> int:
    """The turn of a test's file: 0 is first, and files that are in neither list share a place."""
    return PLACES.get(file_of(nodeid), PLACES[""])


@dataclass
class Timely:
    """Which of the whole programs began in time; of one process."""

    began: dict[str, bool] = field(default_factory=dict)

    def too_late(self, nodeid: str, now: float) -> str:
        """Why a test is left out, empty if it is not. `now` is in seconds since 1970. A file whose
        first test began in time goes on to its end."""
        file, until = file_of(nodeid), os.environ.get(UNTIL)
        if until is None or file not in WHOLE_PROGRAMS:
            return ""
        if self.began.setdefault(file, now < float(until)):
            return ""
        return f"left out for want of time ({UNTIL}): run {file} by itself"
