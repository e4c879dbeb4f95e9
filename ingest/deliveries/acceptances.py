"""Recorded overrides that let a refused delivery land: which one, by whom, when and why.

Belongs here: reading acceptances, and which refusals they can lift. Does not: recording one
(landing/record_acceptance.py), or judging the delivery (expectations/, refusal.py).

An acceptance is a line of `_accepted.csv` at the top of the landing zone, so that a rebuilt
warehouse gives the same answer. Landing copies every line into `landing.acceptances`, which only
grows. A line names the file and the digest of its bytes: other bytes at the same path are refused
again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

ACCEPTED_FILE = "_accepted.csv"
# Refusals of files whose rows could land; the others (unreadable, a column missing, no entity)
# leave nothing that could land, whoever vouches for it.
LIFTED = {
    "rows_mostly_good": "refused_share",
    "numbers_unambiguous": "locale",
    "not_shrunken": "shrunken",
    "as_declared": "declared",
    "not_cut_short": "truncated",
}


@dataclass(frozen=True)
class Acceptance:
    """One line: `file` is the posix path below the landing zone, `sha256` of its bytes."""

    file: str
    sha256: str
    accepted_by: str
    accepted_on: date
    reason: str


COLUMNS = tuple(field.name for field in fields(Acceptance))


def acceptances(landing: Path) -> tuple[list[Acceptance], list[str]]:
    """The acceptances of the list, and what is wrong with the lines that cannot be read."""
    path = landing / ACCEPTED_FILE
    if not path.is_file() or path.is_symlink():
        return [], []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    except (ValueError, csv.Error) as error:
        return [], [f"{ACCEPTED_FILE}: {error}; it needs the columns {', '.join(COLUMNS)}"]
    recorded, faults = [], []
    for number, row in enumerate(rows, start=2):
        values = [(row.get(name) or "").strip() for name in COLUMNS]
        try:
            if not all(values):
                raise ValueError("a value is missing")
            file, digest, by, day, reason = values
            recorded.append(Acceptance(file, digest, by, date.fromisoformat(day), reason))
        except ValueError as error:
            faults.append(f"{ACCEPTED_FILE} row {number}: {error}")
    return recorded, faults


def land_acceptances(con: duckdb.DuckDBPyConnection, landing: Path) -> list[Acceptance]:
    """Copy new lines of the list into landing.acceptances; returns all that were ever recorded."""
    known = con.execute("select * from landing.acceptances order by all").fetchall()
    new = [word for word in acceptances(landing)[0] if astuple(word) not in known]
    for word in new:
        con.execute("insert into landing.acceptances values (?, ?, ?, ?, ?)", list(astuple(word)))
    return [Acceptance(*row) for row in known] + new


def keys(words: Iterable[Acceptance]) -> dict[tuple[str, str], Acceptance]:
    """(file, digest) -> the first acceptance recorded for it."""
    by_file: dict[tuple[str, str], Acceptance] = {}
    for word in words:
        by_file.setdefault((word.file, word.sha256), word)
    return by_file
