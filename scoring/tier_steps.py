"""Tiers that move within the year: each review and month of a ladder's rhythm, in order.

Belongs here: the rhythm of a ladder (semantics 5) as pure functions over frames. Does not: which
rung the facts reach (ladder.py), a whole year's assignment (tiers.py), or which periods move what
(policy).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from scoring.ladder import ELIGIBILITY_SCHEMA, TierRules, judged_rows, reached_tiers
from scoring.published import TIER_STEPS
from scoring.published_frames import PolarsType, conform, schema_of
from scoring.tier_words import changes_up
from scoring.vocabulary import Movement

STEPS_SCHEMA: dict[str, PolarsType] = {
    "position": pl.Int64,
    "period": pl.String,
    "year": pl.Int64,
    "ends_on": pl.Date,
    "falls": pl.Boolean,
    "is_review": pl.Boolean,
}
# In the eligibility of a step, the step's position takes the place of the year.
STEP_ELIGIBILITY_SCHEMA = ELIGIBILITY_SCHEMA
STEP_SCHEMA = schema_of(TIER_STEPS)
STANDING_SCHEMA: dict[str, PolarsType] = {
    "year": pl.Int64,
    "partner_id": pl.String,
    "tier": pl.String,
    "rung": pl.Int64,
}
STOOD_SCHEMA: dict[str, PolarsType] = {
    "year": pl.Int64,
    **dict.fromkeys(("partner_id", "tier_low", "tier_high"), pl.String),
    **dict.fromkeys(("rung_low", "rung_high", "rung"), pl.Int64),
    "undetermined": pl.Boolean,
    **dict.fromkeys(("period", "tier", "previous_tier", "movement"), pl.String),
    "moved_on": pl.Date,
}
Row = dict[str, Any]


@dataclass(frozen=True)
class StepInputs:
    """`steps` STEPS_SCHEMA in order of time: the periods that move tiers, none without a rhythm;
    `eligibility` STEP_ELIGIBILITY_SCHEMA, `year` being a step's position; `upgrades_from`: the
    lowest tier from which months raise."""

    steps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STEPS_SCHEMA))
    eligibility: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=STEP_ELIGIBILITY_SCHEMA)
    )
    upgrades_from: str | None = None


def tier_steps(inputs: StepInputs, rules: TierRules, published: pl.DataFrame) -> pl.DataFrame:
    """STEP_SCHEMA: the tier of each partner after each step.

    A review gives the highest tier that the facts reach, a lower one only where the step `falls`; a
    month between reviews only ever raises. Whoever is in the ledger for the first time begins on
    the lowest rung. `published` STEP_SCHEMA: final rows, from which partners go on.
    """
    if inputs.steps.is_empty() or inputs.eligibility.is_empty():
        return pl.DataFrame(schema=STEP_SCHEMA)
    rows = judged_rows(inputs.eligibility, rules)
    reached = reached_tiers(rows, rules)
    stood = _stood(reached, inputs, rules, published)
    stood = stood.join(changes_up(rows, stood, rules), on=["year", "partner_id"], how="left")
    return conform(stood.with_columns(policy_version=pl.lit(rules.policy_version)), TIER_STEPS)


def _stood(
    reached: pl.DataFrame, inputs: StepInputs, rules: TierRules, published: pl.DataFrame
) -> pl.DataFrame:
    names = rules.tiers
    first_raised = names.index(inputs.upgrades_from) + 1 if inputs.upgrades_from else 1
    places = {row["position"]: row for row in inputs.steps.iter_rows(named=True)}
    before_of = _before(inputs.steps)
    final = {
        (row["period"], row["partner_id"]): row["tier"]
        for row in published.iter_rows(named=True)
        if row["tier"] in names
    }
    at: dict[tuple[int, str], tuple[int, date]] = {}
    rows: list[Row] = []
    for row in reached.sort("year", "partner_id").iter_rows(named=True):
        step, partner = places[row["year"]], row["partner_id"]
        stands, since = at.get((before_of.get(row["year"], 0), partner), (0, step["ends_on"]))
        rung = _next(max(stands, 1), int(row["rung_low"]), step, first_raised)
        rung = (
            names.index(final[step["period"], partner]) + 1
            if ((step["period"], partner) in final)
            else rung
        )
        moved = _movement(stands, rung)
        since = since if moved == Movement.SAME else step["ends_on"]
        at[row["year"], partner] = (rung, since)
        rows.append(
            {
                **row,
                "period": step["period"],
                "rung": rung,
                "tier": names[rung - 1],
                "previous_tier": names[stands - 1] if stands else None,
                "movement": moved,
                "moved_on": since,
            }
        )
    return pl.DataFrame(rows, schema=STOOD_SCHEMA, orient="row")


def _before(steps: pl.DataFrame) -> dict[int, int]:
    """Position of each step -> that of the one before it."""
    order = steps.sort("position")["position"].to_list()
    return dict(zip(order[1:], order[:-1], strict=True))


def _next(stands: int, reaches: int, step: Row, first_raised: int) -> int:
    """The rung after a step for a partner that is on the rung `stands` and reaches the rung
    `reaches`."""
    if reaches > stands:
        return reaches if step["is_review"] or stands >= first_raised else stands
    return reaches if step["falls"] else stands


def _movement(stands: int, rung: int) -> Movement:
    if not stands:
        return Movement.FIRST
    if rung == stands:
        return Movement.SAME
    return Movement.UP if rung > stands else Movement.DOWN


def year_ends(steps: pl.DataFrame, of: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """STANDING_SCHEMA: the tier that each partner has at the end of each year, after its last step;
    `steps` STEPS_SCHEMA, `of` STEP_SCHEMA."""
    rungs = {tier: rung for rung, tier in enumerate(rules.tiers, start=1)}
    last = steps.sort("position").group_by("year", maintain_order=True).agg(pl.col("period").last())
    return of.join(last, on="period", how="inner").select(
        "year",
        "partner_id",
        "tier",
        rung=pl.col("tier").replace_strict(rungs, return_dtype=pl.Int64),
    )


def shown_steps(computed: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """What `decisions.tier_steps` shows: a published period as published, others computed."""
    final = published["period"].unique().implode()
    others = computed.filter(~pl.col("period").is_in(final))
    return conform(pl.concat([others, conform(published, TIER_STEPS)]), TIER_STEPS)
