"""Which program a ledger belongs to, recognised by its partners.

Belongs here: comparing a warehouse with the ledger beside it. Does not: what the ledger says.

A file may be renamed, copied or rebuilt and still be the same program. The program is recognised by
the partner files that landed, of which every publication used some.
"""

from __future__ import annotations

import contextlib
import json

import duckdb

from orchestration import warehouse
from orchestration.past_runs import MARK
from orchestration.settings import Locations
from scoring.ledger.files import Ledger, read_ledger
from scoring.ledger.records import LedgerBroken

# The entity that says who is in a program.
SOURCE, TELLING = "partner_activity", ("partners", "enrollments")
LANDED = """
select sha256 from landing.deliveries where source = ? and list_contains(?, entity)
"""


class OtherProgram(RuntimeError):
    """The ledger beside a warehouse is that of another program; the message names both."""


def program_file(places: Locations) -> str:
    """The file name of the program's own warehouse, even for a run of a past moment, which is kept
    beside it."""
    return places.warehouse.name.split(MARK)[0] + (
        places.warehouse.suffix if MARK in places.warehouse.name else ""
    )


def hold_program(places: Locations, ledger: Ledger | None = None) -> None:
    """Raise OtherProgram unless a partner file that the ledger's publications used has landed in
    the warehouse, or is in the landing zone of a new one.

    A broken ledger is not judged here; reading it reports that.
    """
    try:
        ledger = ledger or read_ledger(places.ledger)
        wanted = _used(ledger)
    except LedgerBroken:
        return
    if not wanted or wanted.keys() & _known(places):
        return
    last = ledger.publications[-1]
    file = last.opening.get("warehouse")
    owner = f"the program of {file}" if file else "another program"
    sha256, delivery = next(iter(wanted.items()))
    raise OtherProgram(
        f"{places.ledger} is the ledger of {owner} (last {last.name}, by {last.opening['by']}), "
        f"and {places.warehouse.name} is another program's: none of the partner files that were "
        "used there has landed in it. Give each program a folder of its own, with --warehouse. "
        f"If it is the same program, put {places.store / sha256} back into the landing zone as "
        f"{delivery} and run again"
    )


def _used(ledger: Ledger) -> dict[str, str]:
    """sha256 -> file of the partner files with rows that publications used, the latest first."""
    files: dict[str, str] = {}
    for publication in reversed(ledger.publications):
        for line in ledger.deliveries_text(publication).splitlines():
            row = json.loads(line)
            if row["source"] == SOURCE and row["entity"] in TELLING and row["rows_accepted"]:
                files.setdefault(row["sha256"], row["file"])
    return files


def _known(places: Locations) -> set[str]:
    """The digests of partner files that the warehouse has; of a new one, of its landing zone."""
    landed: set[str] = set()
    path = places.warehouse if places.warehouse.exists() else places.serving
    if path.exists():
        with contextlib.suppress(duckdb.CatalogException), warehouse.read(places) as con:
            rows = con.execute(LANDED, [SOURCE, list(TELLING)]).fetchall()
            landed = {sha256 for (sha256,) in rows}
    if landed or not places.landing.is_dir():
        return landed
    # Commands that only read tables do not need this import.
    from ingest.deliveries.discover import as_delivered, discover

    files = as_delivered(discover(places.landing, [SOURCE]), places.store)
    return {one.sha256 for one in files}
