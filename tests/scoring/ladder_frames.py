"""A small ladder by hand, and eligibility rows from statuses, for tests of the tiers.

Belongs here: frames in the shapes that scoring.ladder documents. Does not: assertions.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from scoring.ladder import (
    CRITERIA_SCHEMA,
    ELIGIBILITY_SCHEMA,
    LADDER_SCHEMA,
    OVERRIDES_SCHEMA,
    READS_SCHEMA,
    TierRules,
)
from scoring.tiers import ASSIGNMENT_SCHEMA, DECISIONS_SCHEMA, ENROLMENTS_SCHEMA

# Names of nobody's program, so that a tier's name in the code would fail here.
RUNGS = ("stone", "bronze", "silver", "gold")
# criterion -> metric, and the threshold at each rung from the one that states it first
CRITERIA = {
    "enrolled": ("enrolled", {1: 1}),
    "compliance": ("program_compliance", {2: 1}),
    "listed_apps": ("listed_apps", {2: 1}),
    "average": ("average_monthly_active_customers", {2: 10, 3: 50, 4: 100}),
    "bidirectional_flow": ("bidirectional_apps", {3: 1}),
    "invitation": ("invitation", {4: 1}),
}
GOOD = {"compliance": "met", "listed_apps": 1, "average": 10, "bidirectional_flow": 1}


def threshold_at(criterion: str, rung: int) -> int | None:
    """The threshold of a criterion at a rung: the latest one stated at or below it."""
    stated = CRITERIA[criterion][1]
    below = [r for r in stated if r <= rung]
    return stated[max(below)] if below else None


def rules(overrides: bool | None = True, years=range(2020, 2031), partner=None) -> TierRules:
    """The ladder; `overrides` for everybody in `years`, or for one partner beside a plain no."""
    criteria = [
        {
            "tier": RUNGS[rung - 1],
            "criterion": name,
            "metric": metric,
            "comparator": ">=",
            "threshold_parameter": f"craft.{name}",
            "inherited": rung not in stated,
            "position": position,
        }
        for rung in range(1, len(RUNGS) + 1)
        for position, (name, (metric, stated)) in enumerate(CRITERIA.items())
        if threshold_at(name, rung) is not None
    ]
    rows = [(year, None, bool(overrides) if partner is None else False) for year in years]
    if partner is not None:
        rows += [(year, partner, overrides) for year in years]
    return TierRules(
        ladder=pl.DataFrame(
            [(name, name.title(), rank) for rank, name in enumerate(RUNGS, start=1)],
            schema=LADDER_SCHEMA,
            orient="row",
        ),
        criteria=pl.DataFrame(criteria, schema=CRITERIA_SCHEMA),
        overrides=pl.DataFrame(rows, schema=OVERRIDES_SCHEMA, orient="row"),
        policy_version="hand-made",
        reads=pl.DataFrame(
            [(CRITERIA["average"][0], "usage_events"), (CRITERIA["average"][0], "apps")],
            schema=READS_SCHEMA,
            orient="row",
        ),
    )


def eligibility(*facts: tuple[int, str, dict]) -> pl.DataFrame:
    """Rows for (year, partner, facts); a fact is a number to judge or a status as it stands."""
    rows = []
    for year, partner, stated in facts:
        values = {"enrolled": 1, "invitation": 0, **stated}
        for rung in range(1, len(RUNGS) + 1):
            for name in CRITERIA:
                threshold = threshold_at(name, rung)
                if threshold is None:
                    continue
                fact = values.get(name, 0)
                status = fact if isinstance(fact, str) else None
                value = None if status in ("no_evidence",) else Decimal(0 if status else fact)
                if status in ("met", "needs_review"):
                    value = Decimal(1) if status == "met" else Decimal(0)
                rows.append(
                    {
                        "year": year,
                        "partner_id": partner,
                        "tier": RUNGS[rung - 1],
                        "criterion": name,
                        "status": status or ("met" if value >= threshold else "not_met"),
                        "value": value,
                        "threshold": Decimal(threshold),
                        "clause": f"CLAUSE-{name.upper()}",
                    }
                )
    return pl.DataFrame(rows, schema=ELIGIBILITY_SCHEMA)


def enrolments(**firsts: date) -> pl.DataFrame:
    """One enrolment per partner."""
    return pl.DataFrame(list(firsts.items()), schema=ENROLMENTS_SCHEMA, orient="row")


def decisions(*rows: tuple[str, str, str, date, str]) -> pl.DataFrame:
    """(review, partner, decision, decided_on, rationale)."""
    return pl.DataFrame(list(rows), schema=DECISIONS_SCHEMA, orient="row")


def published(*rows: tuple[int, str, str]) -> pl.DataFrame:
    """Final assignments (tier_year, partner, tier); every other column as a ledger may hold it."""
    return pl.DataFrame(
        [
            {
                "tier_year": year,
                "partner_id": partner,
                "tier": tier,
                "tier_low": tier,
                "tier_high": tier,
                "movement": "first",
                "undetermined": False,
                "policy_version": "earlier",
                "input_digest": "final",
            }
            for year, partner, tier in rows
        ],
        schema=ASSIGNMENT_SCHEMA,
    )
