"""From marts to decisions: the scoring stage in one call.

Belongs here: reading the inputs, calling the pure functions, writing `decisions.*` together.
Does not: any rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import polars as pl

from scoring.inputs import review_inputs, tier_inputs
from scoring.published import (
    GOVERNANCE_REVIEWS,
    TIER_ASSIGNMENTS,
    TIER_MARGINS,
    TIER_NOTICES,
    TIER_STEPS,
)
from scoring.published_frames import write_table
from scoring.reviews import REVIEW_SCHEMA, governance_reviews, shown_reviews
from scoring.tier_steps import STEP_SCHEMA, shown_steps, tier_steps, year_ends
from scoring.tiers import (
    ASSIGNMENT_SCHEMA,
    MARGINS_SCHEMA,
    assign_tiers,
    shown,
    shown_margins,
)


@dataclass(frozen=True)
class Published:
    """Rows of the ledger that are final, in the shapes of their tables; perhaps none."""

    tier_assignments: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=ASSIGNMENT_SCHEMA)
    )
    governance_reviews: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=REVIEW_SCHEMA)
    )
    tier_margins: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MARGINS_SCHEMA))
    tier_steps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STEP_SCHEMA))


@dataclass(frozen=True)
class Decisions:
    """Computed and shown rows: they differ only where a period was published."""

    computed_tiers: pl.DataFrame
    computed_reviews: pl.DataFrame
    computed_margins: pl.DataFrame
    computed_steps: pl.DataFrame
    tiers: pl.DataFrame
    reviews: pl.DataFrame
    margins: pl.DataFrame
    notices: pl.DataFrame
    steps: pl.DataFrame


@dataclass(frozen=True)
class DecisionCounts:
    """Rows written to each table of `decisions`."""

    tier_assignments: int
    governance_reviews: int
    tier_margins: int


def decide(con: duckdb.DuckDBPyConnection, published: Published | None = None) -> Decisions:
    """Every decision of the run, computed from the marts; writes nothing."""
    final = published or Published()
    tiers, reviews = tier_inputs(con), review_inputs(con)
    stepped = tier_steps(tiers.steps, tiers.rules, final.tier_steps)
    assigned = assign_tiers(
        tiers.eligibility,
        tiers.rules,
        tiers.enrolments,
        tiers.decisions,
        final.tier_assignments,
        tiers.notice,
        year_ends(tiers.steps.steps, stepped, tiers.rules),
    )
    reviewed = governance_reviews(
        reviews.compliance,
        reviews.results,
        reviews.endings,
        reviews.escalation,
        reviews.recorded,
        final.governance_reviews,
    )
    return Decisions(
        computed_tiers=assigned.assignments,
        computed_reviews=reviewed,
        computed_margins=assigned.margins,
        computed_steps=stepped,
        tiers=shown(
            assigned.assignments, final.tier_assignments, assigned.closings, assigned.notices
        ),
        reviews=shown_reviews(reviewed, reviews.recorded, final.governance_reviews),
        margins=shown_margins(assigned.margins, final.tier_assignments, final.tier_margins),
        notices=assigned.notices,
        steps=shown_steps(stepped, final.tier_steps),
    )


def write_decisions(
    con: duckdb.DuckDBPyConnection, published: Published | None = None
) -> DecisionCounts:
    """Replace the tables of `decisions` by this run's, all or none; needs the marts to be built."""
    decisions = decide(con, published)
    con.execute("begin transaction")
    try:
        con.execute("create schema if not exists decisions")
        counts = DecisionCounts(
            tier_assignments=write_table(con, TIER_ASSIGNMENTS, decisions.tiers),
            governance_reviews=write_table(con, GOVERNANCE_REVIEWS, decisions.reviews),
            tier_margins=write_table(con, TIER_MARGINS, decisions.margins),
        )
        write_table(con, TIER_NOTICES, decisions.notices)
        write_table(con, TIER_STEPS, decisions.steps)
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")
    return counts
