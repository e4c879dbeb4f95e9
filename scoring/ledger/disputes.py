"""Disputes over published decisions, as people recorded them with outcome and evidence.

Belongs here: which disputes bear on a publication, and that it cites them. Does not: recording one
(`plumbline decide dispute` writes a file that lands), or deciding it: a person does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from scoring.ledger.compare import changes
from scoring.ledger.records import KINDS, LedgerRefusal, Publication, Record
from scoring.rows import Row, fetch

DISPUTES = """
    select dispute_id, partner_id, period, program, outcome, decided_on, decided_by, evidence,
        rationale
    from staging.stg_decisions__disputes
    where lower(trim(period)) = lower($period) order by dispute_id
"""
# The column of a decision's row that a dispute is about.
DISPUTED = {KINDS["year"]: "tier", KINDS["review"]: "outcome"}


def disputes_of(con: duckdb.DuckDBPyConnection, period: str) -> list[Row]:
    """The disputes that were recorded over a period, as known to the run."""
    return fetch(con, DISPUTES, period=period)


def check_disputes(
    disputes: Sequence[Row],
    decisions: Iterable[Record],
    current: Publication | None,
    cited: Sequence[str],
) -> None:
    """LedgerRefusal unless every citation is a dispute over the period, and every disputed row
    whose tier (or outcome) changes against `current` has its disputes cited."""
    known = {dispute["dispute_id"] for dispute in disputes}
    for name in cited:
        if name not in known:
            raise LedgerRefusal(
                f"no dispute {name} over this period is known to the run; record it with "
                "`plumbline decide dispute`, run again, then publish"
            )
    if current is None:
        return
    uncited = sorted(
        {
            dispute["dispute_id"]
            for change in changes(current.decisions, decisions)
            if not change.item and change.column in (DISPUTED[change.table], "decision")
            for dispute in disputes
            if _concerns(dispute, change.key) and dispute["dispute_id"] not in cited
        }
    )
    if uncited:
        names = ", ".join(uncited)
        raise LedgerRefusal(
            f"this would change a disputed decision without citing the dispute: {names}; add "
            + " ".join(f"--dispute {name}" for name in uncited)
        )


def _concerns(dispute: Row, key: tuple[str, ...]) -> bool:
    _, partner, *program = key
    same_program = not dispute["program"] or not program or dispute["program"] == program[0]
    return dispute["partner_id"] == partner and same_program
