"""Compares what a warehouse shows with the ledger, and with what its own stages wrote.

Belongs here: what is compared when, and stopping a command that reads where there is a difference.
Does not: the comparison itself (scoring/ledger/shown_results.py, speed/contents.py), or mending,
which a run does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb

from orchestration import warehouse
from orchestration.program import hold_program
from orchestration.settings import Locations
from orchestration.speed import contents
from scoring.ledger.files import Ledger, in_force, read_ledger
from scoring.ledger.shown_results import shown_faults

MENDED = "{fault}; put right"
NOT_AS_WRITTEN = "{table} is not what the last run wrote"
LISTED = 10


class ShownDiffers(RuntimeError):
    """A table differs from the ledger, or from what its stage wrote."""


def decision_faults(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> list[str]:
    """Where the decisions are not as published or as written, before a run lays the ledger over
    them again; later publications are not a fault."""
    return _ledger_faults(con, ledger, behind=False) + _stage_faults(con, "decisions")


def faults(con: duckdb.DuckDBPyConnection, ledger: Ledger, *, whole: bool = False) -> list[str]:
    """Every difference between the published tables and what was published or written; `whole`:
    also those of the models behind them."""
    return [
        *_ledger_faults(con, ledger, behind=True),
        *_stage_faults(con, "decisions"),
        *_stage_faults(con, "benefits"),
        *_stage_faults(con, "answers"),
        *_stage_faults(con, "transforms", "" if whole else "marts"),
    ]


def hold(con: duckdb.DuckDBPyConnection, ledger: Ledger, *, whole: bool = False) -> None:
    """Raise ShownDiffers naming everything that is not as it was published or written."""
    wrong = faults(con, ledger, whole=whole)
    if wrong:
        left = f"; and {len(wrong) - LISTED} more" if len(wrong) > LISTED else ""
        raise ShownDiffers(
            f"{'; '.join(wrong[:LISTED])}{left}. Nothing was shown or written; "
            f"`plumbline run --year {_year(con)}` makes it again from the ledger and the data"
        )


@contextlib.contextmanager
def read(places: Locations) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a warehouse that shows what was published and written.

    Raises ShownDiffers; OtherProgram where the ledger is another program's; or as warehouse.read.
    """
    ledger = read_ledger(places.ledger)
    hold_program(places, ledger)
    with warehouse.read(places) as con:
        hold(con, ledger)
        yield con


def _ledger_faults(con: duckdb.DuckDBPyConnection, ledger: Ledger, *, behind: bool) -> list[str]:
    try:
        row = con.execute("select known_at from run.parameters").fetchone()
    except duckdb.CatalogException:
        return []
    counted = in_force(ledger, known_at=row[0] if row else None)
    return shown_faults(con, counted, behind=behind)


def _stage_faults(con: duckdb.DuckDBPyConnection, stage: str, schema: str = "") -> list[str]:
    return [
        NOT_AS_WRITTEN.format(table=table) for table in contents.changed(con, stage, schema=schema)
    ]


def _year(con: duckdb.DuckDBPyConnection) -> int | str:
    row = con.execute("select year from run.parameters").fetchone()
    return row[0] if row else "..."
