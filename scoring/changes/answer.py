"""`plumbline changes`: the rows of one comparison, for people and as plain values.

Belongs here: choosing the comparison, and adding up what is at stake. Does not: comparing
(table.py), or drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from scoring.changes.sides import KINDS
from scoring.changes.table import (
    LAST_RUN,
    PUBLISHED,
    YEAR_BEFORE,
    NothingToCompare,
    since_last_run,
    since_year,
)
from scoring.labels import program_labels, tier_labels
from scoring.published import CHANGES
from scoring.rows import Row, fetch
from scoring.vocabulary import Subject
from scoring.words import spoken

# The starting points other than a year from which a person may ask for changes.
LAST_PUBLISHED = "last-published"
TITLES: dict[str, str] = {
    Subject.TIER: "Tiers",
    Subject.COMPLIANCE: "Compliance",
    Subject.RECOMMENDATION: "Recommended by the reviews",
    Subject.MINIMUM: "Minimum ARR",
    Subject.LISTING: "Marketplace",
}


@dataclass(frozen=True)
class Changes:
    """The changes of one comparison: rows of decisions.changes, each with `partner` (its name),
    `program_label`, and `moved`, the change in words."""

    since: str
    rows: tuple[Row, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind there are, in the order of KINDS."""
        return {kind: sum(row["kind"] == kind for row in self.rows) for kind in KINDS}

    def as_dict(self) -> dict[str, Any]:
        """Plain values: `since`, `changes`, `counts` by kind."""
        rows = [dict(row) for row in self.rows]
        return {"since": self.since, "counts": self.counts, "changes": rows}


def changes(con: duckdb.DuckDBPyConnection, since: str | None = None) -> Changes:
    """The changes since `since`: `last-run`, `last-published`, a year; by default the year before.

    Of the published table only the changes of the run's year are shown. Raises NothingToCompare
    naming what there is, also when `since` is none of these.
    """
    if since in (None, YEAR_BEFORE, LAST_PUBLISHED, PUBLISHED):
        rows = _published_rows(con, since or YEAR_BEFORE)
        since = YEAR_BEFORE if since is None else since
    elif since == LAST_RUN:
        rows = _plain(since_last_run(con))
    elif since.isdigit():
        rows = _plain(since_year(con, int(since)))
    else:
        known = f"{LAST_RUN}, {LAST_PUBLISHED}, {YEAR_BEFORE} or a year such as 2024"
        raise NothingToCompare(f"{since!r} is nothing to compare with; write {known}")
    partners = fetch(con, "select partner_id, name from marts.dim_partners")
    names = {row["partner_id"]: row["name"] for row in partners}
    labels = labels_of_moves(con)
    return Changes(
        since,
        tuple(
            {
                **row,
                "partner": names.get(row["partner_id"]),
                "program_label": labels.get(row["program"], row["program"]),
                "moved": moved_words(row, labels),
            }
            for row in rows
        ),
    )


def labels_of_moves(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the policy calls its programs and tiers, by their ids."""
    return program_labels(con) | tier_labels(con)


def _published_rows(con: duckdb.DuckDBPyConnection, since: str) -> list[Row]:
    [run] = fetch(con, "select year from run.parameters")
    if since == YEAR_BEFORE:
        rows = fetch(con, CHANGES.select)
        year = str(run["year"])
        return [r for r in rows if r["since"] == YEAR_BEFORE and r["period"][:4] == year]
    if not fetch(con, "select 1 as there from run.publications limit 1"):
        raise NothingToCompare(
            "nothing has been published yet; `plumbline publish` does, and `--since year-before` "
            "compares with the year before"
        )
    return [row for row in fetch(con, CHANGES.select) if row["since"] == PUBLISHED]


def _plain(frame: pl.DataFrame) -> list[Row]:
    return frame.to_dicts()


def money_at_stake(rows: Iterable[Row]) -> Decimal:
    """The ARR of the partners concerned, each counted once, with its latest period's figure."""
    by_partner = {row["partner_id"]: row["arr_usd"] for row in sorted(rows, key=_period)}
    return sum((value for value in by_partner.values() if value is not None), Decimal(0))


def customers_at_stake(rows: Iterable[Row]) -> int:
    """The active customers of the partners concerned, each partner counted once."""
    return sum(
        {row["partner_id"]: row["customers"] or 0 for row in sorted(rows, key=_period)}.values()
    )


def _period(row: Row) -> tuple[str, str]:
    return row["period"], row["kind"]


def moved_words(row: Row, labels: Mapping[str, str]) -> str:
    """`Select to Foundation`, `new: Foundation`, `left, was Foundation`; `labels` by id."""
    before, after = (
        None if row[name] is None else labels.get(row[name]) or spoken(row[name])
        for name in ("before", "after")
    )
    if before is None:
        return f"new: {after}"
    return f"left, was {before}" if after is None else f"{before} to {after}"
