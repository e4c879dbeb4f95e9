"""Which files of one landing are accepted, and which are refused as a whole.

Belongs here: calling the comparison of losses and Great Expectations in the right order.
Does not: what is expected (expectations/), what counts as lost (losses.py), or single rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingest.deliveries.delivery import Piece
from ingest.deliveries.losses import note_losses
from ingest.deliveries.receipt_order import Known
from ingest.deliveries.refusal import Words, refuse, refused_files
from ingest.deliveries.settings import Settings
from ingest.expectations.plain import judge_plainly
from ingest.expectations.profile import facts_of, named, profile
from ingest.expectations.suites import CheckResult, judge_deliveries, suite
from ingest.usage.rows_by_unit import UsageRows


def judge_files(
    con: duckdb.DuckDBPyConnection,
    source: str,
    pieces: Sequence[Piece],
    others: Sequence[Known],
    settings: Settings,
    words: Words,
) -> list[CheckResult]:
    """Refuse files that cannot be accepted as a whole; returns every expectation's result.

    `others` are the deliveries of the source that landed before and are not judged again, `words`
    people's acceptances.
    """
    usage_rows = UsageRows(con, pieces, settings.time_zone)
    facts = facts_of(pieces, suite(source)["moments"])
    # A file refused for another reason brings no rows, so later files are not compared with it.
    refused = refused_files(pieces, judge_plainly(source, named(facts), settings), words)

    def is_taken_in(piece: Piece) -> bool:
        return (piece.origin.file, piece.origin.sha256) in words

    note_losses(con, pieces, others, settings, usage_rows, is_taken_in, refused)
    checks = judge_deliveries(source, profile(facts, pieces), settings)
    refuse(pieces, checks, words)
    return checks
