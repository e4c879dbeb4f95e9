"""Lays published decisions over the tables of a run, and records what was written.

Belongs here: which publications count for a run, the stages behind them, catching up after a kill.
Does not: publishing (ledger.py), or what a publication says (scoring/ledger/).
"""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from ingest.deliveries.landing_tables import create_tables
from orchestration import warehouse
from orchestration.settings import Locations
from orchestration.speed import contents, stages
from scoring.ledger.files import in_force, read_ledger
from scoring.ledger.publications_used import NOTES, note, noted
from scoring.ledger.published import published_rows
from scoring.published import (
    ACTIONS,
    CHANGES,
    GOVERNANCE_REVIEWS,
    TIER_ASSIGNMENTS,
    TIER_MARGINS,
    TIER_NOTICES,
    TIER_STEPS,
    published,
)
from scoring.run import DecisionCounts, Published

BENEFITS = published("fct_benefits").qualified
# What the stage of the decisions writes: its tables, and the notes of what was published.
DECIDED = (TIER_ASSIGNMENTS, TIER_MARGINS, TIER_NOTICES, TIER_STEPS, GOVERNANCE_REVIEWS)
DECISION_TABLES = (*(table.qualified for table in DECIDED), *NOTES)
ANSWERS = (CHANGES.qualified, ACTIONS.qualified)


def lay_publications(con: duckdb.DuckDBPyConnection, places: Locations) -> Published:
    """Note in the warehouse which publications count for its run; returns their rows."""
    row = con.execute("select known_at from run.parameters").fetchone()
    counted = in_force(read_ledger(places.ledger), known_at=row[0] if row else None)
    create_tables(con)
    note(con, counted)
    return published_rows(counted)


def catch_up(places: Locations) -> bool:
    """Show the decisions of a publication that was cut off before it could; returns whether there
    was one.

    Decisions follow from the models and the ledger alone: where the models are those of a
    finished run, laying the ledger over them again is always right.
    """
    with warehouse.connect(places.warehouse) as con:
        row = con.execute("select known_at from run.parameters").fetchone()
        counted = in_force(read_ledger(places.ledger), known_at=row[0] if row else None)
        noted_now = noted(con)
        digest = stages.built_digest(con)
        # Each stage is written by itself: if one is cut off, the later ones are unchanged.
        as_built = (
            stages.is_built(con, "decisions", digest)
            and stages.is_built(con, "benefits", digest)
            and stages.is_built(con, "answers", stages.answers_digest(con))
        )
        if not as_built and not stages.is_built(con, "transforms", stages.models_digest(con)):
            return False
        as_noted = [p.head for p in counted] == [head for *_, head in noted_now]
        if not as_built or not as_noted:
            refresh(con, places)
            noted_now = noted(con)
    refreshed = not as_built or not as_noted
    if not places.serving.exists():
        return refreshed
    with warehouse.read(places) as con:
        behind = noted(con) != noted_now
    if behind:
        warehouse.publish_serving_copy(places)
    return refreshed or behind


def refresh(con: duckdb.DuckDBPyConnection, places: Locations) -> None:
    """Show what was just published; if this is cut off, a run does it."""
    from scoring.actions.table import write_actions
    from scoring.benefits import write_benefits
    from scoring.changes.table import write_changes
    from scoring.run import write_decisions

    for stage in ("decisions", "benefits", "answers"):
        stages.forget(con, stage)
    counts = write_decisions(con, lay_publications(con, places))
    benefits = write_benefits(con)
    digest = stages.built_digest(con)
    record_decisions(con, digest, counts)
    record_benefits(con, digest, benefits)
    record_answers(con, {"changes": write_changes(con), "actions": write_actions(con)})


def record_decisions(con: duckdb.DuckDBPyConnection, digest: str, counts: DecisionCounts) -> None:
    """Remember what the decisions were built from, and what their tables and notes hold."""
    stages.record(con, "decisions", digest, asdict(counts))
    contents.record(con, "decisions", DECISION_TABLES)


def record_benefits(con: duckdb.DuckDBPyConnection, digest: str, written: int) -> None:
    """Remember what the benefits were built from, and what their table holds."""
    stages.record(con, "benefits", digest, written)
    contents.record(con, "benefits", [BENEFITS])


def record_answers(con: duckdb.DuckDBPyConnection, report: dict[str, int]) -> None:
    """Remember what changes and actions were built from, and what their tables hold."""
    stages.record(con, "answers", stages.answers_digest(con), report)
    contents.record(con, "answers", ANSWERS)
