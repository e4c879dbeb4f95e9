"""State kept from earlier landings: the last results of each suite, and the files still refused.

Belongs here: keeping and reading both. Does not: judging (expectations/), or refusing (land.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from ingest.deliveries.acceptances import ACCEPTED_FILE
from ingest.deliveries.discover import LandingFile
from ingest.deliveries.received import RECEIVED_FILE
from ingest.deliveries.write import forget
from ingest.expectations.suites import CheckResult

# The latest result for a file counts: one that came again and was accepted is no longer refused.
REFUSALS = """
    select deliveries.delivery_id, coalesce(deliveries.entity, '') as entity, deliveries.file,
        deliveries.rows_read, coalesce(quarantine.message, 'see its quarantine') as message
    from landing.deliveries
    left join landing.quarantine
        on quarantine.delivery_id = deliveries.delivery_id and quarantine."row" is null
    where deliveries.status = 'refused' and ($source is null or deliveries.source = $source)
        and not exists (
            select 1 from landing.deliveries as later
            where later.file = deliveries.file and later.status <> 'refused'
                and later.received_at >= deliveries.received_at
        )
    qualify row_number() over (
        partition by deliveries.delivery_id order by quarantine.message nulls last
    ) = 1
"""


@dataclass(frozen=True)
class Refusal:
    """A file that was refused and has not come in an acceptable form since; `entity` is empty if it
    is not one of the contract's."""

    delivery_id: str
    entity: str
    file: str
    rows: int
    message: str

    @property
    def sentence(self) -> str:
        """File, what happened, why and what to do."""
        return f"{self.file}: refused: {self.message}"


def standing_refusals(con: duckdb.DuckDBPyConnection, source: str | None = None) -> list[Refusal]:
    """Refused files of a source (None: of all) that are still refused, by name."""
    query = f"from ({REFUSALS}) order by file, message, delivery_id"
    return [Refusal(*row) for row in con.execute(query, {"source": source}).fetchall()]


def forget_lists(con: duckdb.DuckDBPyConnection, files: Iterable[LandingFile]) -> None:
    """Forget the faults of lists of receipts and acceptances, except those that still exist.

    A list is not a delivery, so correcting it is enough. `files` are those found now.
    """
    deliveries = con.execute(
        "select delivery_id from landing.deliveries"
        " where list_contains(?, file) and not list_contains(?, delivery_id)",
        [[RECEIVED_FILE, ACCEPTED_FILE], [file.delivery_id() for file in files]],
    ).fetchall()
    forget(con, [delivery_id for (delivery_id,) in deliveries])


def keep_results(
    con: duckdb.DuckDBPyConnection,
    source: str,
    results: Sequence[CheckResult],
    judged: Iterable[str],
    fingerprint: str,
) -> None:
    """Keep the suite's results for the deliveries `judged` (ids) under these rules."""
    of = "\n".join([fingerprint, *sorted(judged)])
    digest = hashlib.sha256(of.encode()).hexdigest()
    con.execute("delete from landing.expectation_results where source = ?", [source])
    for position, each in enumerate(results):
        con.execute(
            "insert into landing.expectation_results values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                source,
                position,
                each.name,
                each.passed,
                each.severity,
                each.sentence,
                list(each.failing),
                digest,
            ],
        )


def kept_results(
    con: duckdb.DuckDBPyConnection, source: str
) -> tuple[list[CheckResult], str | None]:
    """The last results of the source's suite, and the sha256 over the deliveries and rules behind
    them; empty where nothing was ever judged."""
    rows = con.execute(
        "select name, passed, severity, sentence, failing, judged"
        " from landing.expectation_results where source = ? order by position",
        [source],
    ).fetchall()
    results = [
        CheckResult(name, passed, severity, sentence, source, tuple(failing))
        for name, passed, severity, sentence, failing, _ in rows
    ]
    return results, rows[0][-1] if rows else None
