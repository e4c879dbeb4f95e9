"""Published rows as later runs read them.

Belongs here: the rows of publications as frames. Does not: which count for a run (files.py), the
notes of them in the warehouse (publications_used.py), or what a published row does to a decision
(scoring.tiers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from scoring.ledger.records import Publication
from scoring.published import GOVERNANCE_REVIEWS, TIER_ASSIGNMENTS, TIER_MARGINS, TIER_STEPS
from scoring.published_frames import schema_of
from scoring.published_shape import DATE, FIGURE, PublishedTable
from scoring.run import Published

READ: dict[str, Callable[[str], object]] = {DATE: date.fromisoformat, FIGURE: Decimal}


def published_rows(publications: Iterable[Publication]) -> Published:
    """The rows of publications in the shapes of their tables."""
    rows: dict[str, list[dict[str, Any]]] = {
        table.name: [] for table in (TIER_ASSIGNMENTS, TIER_MARGINS, GOVERNANCE_REVIEWS, TIER_STEPS)
    }
    for publication in publications:
        for record in publication.decisions:
            rows[record["table"]].append(record["row"])
            rows[TIER_MARGINS.name] += record.get("margins", [])
    return Published(
        tier_assignments=_frame(TIER_ASSIGNMENTS, rows),
        governance_reviews=_frame(GOVERNANCE_REVIEWS, rows),
        tier_margins=_frame(TIER_MARGINS, rows),
        tier_steps=_frame(TIER_STEPS, rows),
    )


def _frame(table: PublishedTable, rows: dict[str, list[dict[str, Any]]]) -> pl.DataFrame:
    typed = [typed_row(table, row) for row in rows[table.name]]
    return pl.DataFrame(typed, schema=schema_of(table), orient="row")


def typed_row(table: PublishedTable, row: dict[str, Any]) -> dict[str, Any]:
    """A row of a record with dates and decimals in their own types again."""
    return {
        name: row[name] if row[name] is None or kind not in READ else READ[kind](row[name])
        for name, kind in table.columns
    }
