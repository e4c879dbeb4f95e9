"""Which test files begin first: those that take longest.

Belongs here: the order of files. Does not: how long each took (docs/testing.md says how to see it).

Workers take whole files. If a long one came last, all workers but one would be idle; and xdist by
itself begins with the files that have most tests, which are quick ones.
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
    """The turn of a test's file: 0 is first, and all files that are not among the longest share the
    last place. `nodeid` is pytest's: the file, then `::` and the test's name."""
    return PLACES.get(nodeid.partition("::")[0], len(PLACES))
