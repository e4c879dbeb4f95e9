"""Who is expected to move at the next run, and who then moved unexpectedly.

Belongs here: what a person expects, kept beside the warehouse until a run has checked it. Does not:
what moved (scoring/changes), or why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingest.atomic import write_file
from orchestration.periods import BadRequest
from orchestration.settings import Locations
from scoring.changes.answer import labels_of_moves, moved_words
from scoring.changes.table import NothingToCompare, since_last_run
from scoring.partners import find_partner


@dataclass(frozen=True)
class Expected:
    """Partner ids that are expected to move, perhaps none; who expects it, and why."""

    partners: tuple[str, ...]
    by: str
    reason: str


@dataclass
class Answered:
    """`surprises`: a sentence for each move that nobody expected; `still`: ids that were expected
    to move and did not."""

    by: str
    surprises: list[str] = field(default_factory=list)
    still: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @property
    def lines(self) -> list[str]:
        """The message for a person."""
        lines = [f"not expected by {self.by}: {surprise}" for surprise in self.surprises]
        lines += [f"expected by {self.by} to move, and did not: {one}" for one in self.still]
        return lines or [f"as expected by {self.by}: no other partner moved"]


def file_of(places: Locations) -> Path:
    """Path of the open expectation."""
    return places.warehouse.with_name(f"{places.warehouse.name}.expected.json")


def expect(
    con: duckdb.DuckDBPyConnection,
    places: Locations,
    partners: Sequence[str],
    by: str,
    reason: str,
) -> Expected:
    """State who is expected to move at the next run; replaces what was stated before.

    Raises PartnerLookupError for somebody unknown, BadRequest without a name or a reason.
    """
    if not by.strip() or not reason.strip():
        raise BadRequest("an expectation needs --by and --reason")
    known = sorted({find_partner(con, partner).partner_id for partner in partners})
    stated = Expected(tuple(known), by.strip(), reason.strip())
    write_file(file_of(places), f"{json.dumps(asdict(stated), ensure_ascii=False)}\n".encode())
    return stated


def answered(con: duckdb.DuckDBPyConnection, places: Locations) -> Answered | None:
    """How the run that just finished compares with the open expectation, which it closes.

    None where nobody stated one, or the run has no earlier run to compare with.
    """
    path = file_of(places)
    if not path.exists():
        return None
    stated = json.loads(path.read_text("utf-8"))
    try:
        rows = since_last_run(con).to_dicts()
    except NothingToCompare:
        return None
    answer = Answered(stated["by"])
    labels = labels_of_moves(con)
    for row in rows:
        if row["partner_id"] not in stated["partners"]:
            place = " ".join(filter(None, (row["period"], row["program"], row["kind"])))
            answer.surprises.append(f"{row['partner_id']}, {place}: {moved_words(row, labels)}")
    moved = {row["partner_id"] for row in rows}
    answer.still = [one for one in stated["partners"] if one not in moved]
    path.unlink()
    return answer
