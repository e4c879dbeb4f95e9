"""The story that is played with and without kills: decisions, runs, publications, outputs, and a
person who is erased.

Belongs here: its steps. Does not: killing them (kills.py), or the files that come (program.py).
"""

from __future__ import annotations

from tests.faults.program import ERASED

SUPERSEDING = ("--supersedes", "--reason", "calls came late", "--dispute", "D-1")
DISPUTE = (
    "decide",
    "dispute",
    "--dispute_id",
    "D-1",
    "--partner_id",
    "short",
    "--period",
    "2024",
    "--raised_on",
    "2025-02-01",
    "--evidence",
    "calls of three customers",
    "--outcome",
    "upheld",
    "--decided_on",
    "2025-02-20",
    "--decided_by",
    "Board",
    "--rationale",
    "they were late",
)
WAIVER = (
    "decide",
    "waiver",
    "--waiver_id",
    "W-1",
    "--partner_id",
    "alone",
    "--program",
    "technology",
    "--requirement",
    "TECH-MANAGER",
    "--valid_from",
    "2023-01-01",
    "--valid_to",
    "2023-12-31",
    "--granted_by",
    "Board",
    "--reason",
    "hiring",
)
# The outputs, each in a folder of the home, once per year of the story.
OUTPUTS = ("export", "letters", "portal")


def exported_files(year: str) -> tuple[tuple[str, ...], ...]:
    """The commands that write a year's outputs."""
    return (
        ("export", "--to", "export"),
        ("letters", "--year", year, "--out", "letters"),
        ("portal", "--year", year, "--out", "portal"),
        ("notify", "--to", RECEIVER),
    )


# Stands for the address of the server that receives what `notify` sends.
RECEIVER = "{receiver}"
# A name of ARRIVALS puts files into the landing zone; anything else is a command to be killed.
SHORT = (
    "first",
    WAIVER,
    ("run", "--year", "2023"),
    ("publish", "--year", "2023", "--by", "Ann"),
    *exported_files("2023"),
)
ERASE = ("erase", ERASED, "--by", "Ann", "--reason", "asked", "--apply")
STORY = (
    *SHORT,
    "person",
    "second",
    ("run", "--year", "2024"),
    ("publish", "--year", "2024", "--by", "Ann"),
    "late",
    DISPUTE,
    ("run", "--year", "2024"),
    ("publish", "--year", "2024", "--by", "Ann", *SUPERSEDING),
    *exported_files("2024"),
    ERASE,
)
