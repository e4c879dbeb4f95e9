"""What a warehouse shows of published periods, compared with the ledger.

Belongs here: the rows that differ from what was published, each by name. Does not: repairing them,
or whether the ledger itself is intact (integrity.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from scoring.ledger.publications_used import (
    CRITERIA,
    REQUIREMENTS,
    criteria_rows,
    noted,
    requirement_rows,
)
from scoring.ledger.records import Publication
from scoring.published import (
    GOVERNANCE_REVIEWS,
    TIER_ASSIGNMENTS,
    TIER_MARGINS,
    TIER_STEPS,
    PublishedTable,
)
from scoring.rows import Row, fetch
from scoring.vocabulary import Movement

SHOWN = (
    (TIER_ASSIGNMENTS, "tier_year"),
    (TIER_MARGINS, "tier_year"),
    (GOVERNANCE_REVIEWS, "review"),
    (TIER_STEPS, "period"),
)


def shown_faults(
    con: duckdb.DuckDBPyConnection, counted: Sequence[Publication], *, behind: bool = True
) -> list[str]:
    """Each place where the warehouse differs from the publications that count for it.

    A publication that the warehouse does not show yet is a fault unless `behind` is False; its
    rows are not compared with what is shown. Writes nothing.
    """
    heads = {name: head for _, name, _, _, head in noted(con)}
    shown = [p for p in counted if heads.get(p.name) == p.head]
    missing = [name for name in (p.name for p in counted) if name not in {p.name for p in shown}]
    faults = [f"{name} is published, and not shown yet" for name in missing] if behind else []
    periods = {p.period: p.name for p in shown}
    # A month between reviews is published with the review after it.
    periods |= {
        record["row"]["period"]: p.name
        for p in shown
        for record in p.decisions
        if record["table"] == TIER_STEPS.name
    }
    for (table, column), expected in zip(SHOWN, _published(shown), strict=True) if shown else ():
        faults += _table_faults(con, table, column, expected, periods)
    if len(heads) == len(shown):
        faults += _noted_faults(con, CRITERIA, [r for p in shown for r in criteria_rows(p)])
        faults += _noted_faults(con, REQUIREMENTS, [r for p in shown for r in requirement_rows(p)])
    return faults


def _published(shown: Sequence[Publication]) -> list[list[Row]]:
    """The rows of publications in the shape of each table of SHOWN."""
    # In many programs nothing is published, so frames are only loaded where something is.
    from scoring.ledger.published import published_rows
    from scoring.published_frames import conform

    rows = published_rows(shown)
    frames = (rows.tier_assignments, rows.tier_margins, rows.governance_reviews, rows.tier_steps)
    return [
        conform(frame, table).to_dicts() for frame, (table, _) in zip(frames, SHOWN, strict=True)
    ]


def _table_faults(
    con: duckdb.DuckDBPyConnection,
    table: PublishedTable,
    column: str,
    expected: list[Row],
    periods: Mapping[str, str],
) -> list[str]:
    """Rows of published periods that differ, are missing or are extra; `periods`: period -> its
    publication's name."""

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in table.key)

    def publication(row: Row) -> str | None:
        value = row[column]
        return periods.get(str(value - 1) if column == "tier_year" else value)

    shown = {key(row): row for row in fetch(con, table.select) if publication(row)}
    faults = []
    for row in expected:
        place, now = _place(table, key(row)), shown.pop(key(row), None)
        if now is None:
            faults.append(f"{place} is gone; it is published as {publication(row)}")
            continue
        for name in table.column_names:
            if now[name] != row[name] and not _laid_beside(name, row, now):
                faults.append(
                    f"{place}: {name} is {_as_text(now[name])}; {_as_text(row[name])} was "
                    f"published as {publication(row)}"
                )
    faults += [
        f"{_place(table, unlisted)} is not part of {publication(row)}"
        for unlisted, row in shown.items()
    ]
    return faults


def _laid_beside(column: str, published: Row, now: Row) -> bool:
    """Whether this column may differ because of what a person recorded since, or because of a fall
    that was announced with the publication (scoring.tiers.shown)."""
    if column == "decided_action":
        return True
    if column in ("tier", "movement"):
        announced = published["tier"] != published["tier_low"]
        fallen = (published["tier_low"], Movement.DOWN)
        return announced and (now["tier"], now["movement"]) == fallen
    return column in ("closed_on", "closed_reason") and published["closed_on"] is None


def _place(table: PublishedTable, key: tuple[Any, ...]) -> str:
    return f"{table.qualified} {'/'.join(map(str, key))}"


def _as_text(value: object) -> str:
    return "empty" if value is None else str(value)


def _noted_faults(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> list[str]:
    """How many rows of a note of published facts differ; they are only counted, because they have
    no short names."""
    con.execute(f"create or replace temp table expected_note as from {table} limit 0")
    if rows:
        import polars as pl

        con.register("expected_rows", pl.DataFrame(rows, infer_schema_length=None))
        con.execute("insert into expected_note by name from expected_rows")
        con.unregister("expected_rows")
    row = con.execute(
        f"select count(*) from ((from {table} except all from expected_note)"
        f" union all (from expected_note except all from {table}))"
    ).fetchone()
    con.execute("drop table expected_note")
    count = row[0] if row else 0
    return [f"{table}: {count} rows are not what was published"] if count else []
