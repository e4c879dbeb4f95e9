"""Which test files begin first: those that take longest.

Belongs here: the order of files. Does not: how long each took (docs/testing.md says how to see it).

Workers take whole files. With a long one at last all but one of them would have nothing to do, and
xdist by itself begins with the files of most tests, which are quick ones.
"""

from __future__ import annotations

# By processor seconds, the longest first; a minute at least.
LONGEST = (
    "tests/spark/test_parity.py",
    "tests/spark/test_cluster.py",
    "tests/snowflake/test_parity.py",
    "tests/postgres/test_parity.py",
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


PLACES = {file: number for number, file in enumerate(LONGEST)}


def place_of(nodeid: str) -> int:
    """When a test's file has its turn: 0 is first, and all that are not among the longest share the
    last place. `nodeid` is pytest's: the file, then `::` and the test's name."""
    return PLACES.get(nodeid.partition("::")[0], len(PLACES))
