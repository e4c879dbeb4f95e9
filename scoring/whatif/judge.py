"""Judges facts by other thresholds: requirements, roll-up and tiers again; nothing is written.

Belongs here: semantics 3 and 5 as pure functions over measured values.
Does not: measuring, reading the warehouse, or choosing the thresholds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from scoring.inputs import OVERRIDES_PARAMETER
from scoring.ladder import (
    COMPLIANCE,
    ELIGIBILITY_SCHEMA,
    FIGURE,
    TierRules,
    judged_rows,
    reached_tiers,
)
from scoring.vocabulary import FAILING, UNDECIDED, Standing, Status, Strength
from scoring.whatif.facts import Facts

Setting = Decimal | bool
PAIR = ["partner_id", "program"]


@dataclass(frozen=True)
class Outcome:
    """`results` a status for each rule of Facts; `standings` partner_id, program, status;
    `tiers` partner_id, tier, tier_high, undetermined."""

    results: pl.DataFrame
    standings: pl.DataFrame
    tiers: pl.DataFrame


def changeable(facts: Facts) -> dict[str, str]:
    """Parameters that can be answered from measured facts, each with its kind."""
    thresholds = facts.rules["threshold_parameter"].drop_nulls().unique().sort()
    forms = dict.fromkeys(thresholds, "number")
    if facts.program:
        forms[f"{facts.program}.{OVERRIDES_PARAMETER}"] = "boolean"
    return forms


def outcome(facts: Facts, settings: Mapping[str, Setting]) -> Outcome:
    """What the year would be with `settings` (parameter to value) in force on its last day.

    A partner's own term overrides the policy's value and stays (GUIDE-AGREEMENT).
    """
    rules = with_thresholds(facts.rules, settings)
    requirements = rules.filter(pl.col("tier").is_null()).with_columns(status=_status())
    standings = _standings(facts.pairs, requirements)
    criteria = _with_standing(rules.filter(pl.col("tier").is_not_null()), standings, requirements)
    criteria = criteria.with_columns(status=_status())
    return Outcome(
        results=pl.concat([requirements, criteria.select(requirements.columns)]),
        standings=standings,
        tiers=_tiers(facts, criteria, settings),
    )


def judged(facts: Facts, settings: Mapping[str, Setting]) -> pl.DataFrame:
    """Facts.rules with `status`, except for criteria that the roll-up decides: they have none until
    the requirements are rolled up (`outcome`)."""
    rules = with_thresholds(facts.rules, settings).with_columns(status=_status())
    return rules.filter(pl.col("tier").is_null() | (pl.col("metric") != COMPLIANCE))


def with_thresholds(rules: pl.DataFrame, settings: Mapping[str, Setting]) -> pl.DataFrame:
    """The rules with the numbers of `settings` for the policy's own thresholds."""
    numbers = {name: value for name, value in settings.items() if not isinstance(value, bool)}
    changed = pl.DataFrame(
        {"threshold_parameter": list(numbers), "changed": list(numbers.values())},
        schema={"threshold_parameter": pl.String, "changed": FIGURE},
    )
    return (
        rules.join(changed, on="threshold_parameter", how="left")
        .with_columns(
            threshold=pl.when(pl.col("by_policy") & pl.col("changed").is_not_null())
            .then("changed")
            .otherwise("threshold")
        )
        .drop("changed")
    )


def _holds(value: str) -> pl.Expr:
    figure, threshold, comparator = pl.col(value), pl.col("threshold"), pl.col("comparator")
    return (
        pl.when(comparator == ">=")
        .then(figure >= threshold)
        .when(comparator == "<=")
        .then(figure <= threshold)
        .otherwise(figure == threshold)
    )


def _status() -> pl.Expr:
    """Value against threshold; open where it could still fall on either side; waivers last."""
    judged = (
        pl.when(pl.col("fixed_status").is_not_null())
        .then("fixed_status")
        .when(pl.col("value_high").is_not_null() & (_holds("value") != _holds("value_high")))
        .then(pl.lit(Status.NEEDS_REVIEW))
        .when(pl.when(_holds("value")).then("doubts_met").otherwise("doubts_not_met"))
        .then(pl.lit(Status.NEEDS_REVIEW))
        .when(_holds("value"))
        .then(pl.lit(Status.MET))
        .otherwise(pl.lit(Status.NOT_MET))
    )
    excused = judged.is_in(FAILING) & pl.col("waived")
    return pl.when(excused).then(pl.lit(Status.WAIVED)).otherwise(judged)


def _standings(pairs: pl.DataFrame, requirements: pl.DataFrame) -> pl.DataFrame:
    """The roll-up over `must` requirements; a program without any is compliant."""
    status = pl.col("status")
    rolled = (
        requirements.filter(pl.col("strength") == Strength.MUST)
        .group_by(PAIR)
        .agg(
            failed=(status == Status.NOT_MET).any(),
            unknown=status.is_in(UNDECIDED).any(),
        )
    )
    return (
        pairs.join(rolled, on=PAIR, how="left")
        .select(
            *PAIR,
            status=pl.when(pl.col("failed").fill_null(False))
            .then(pl.lit(Standing.NON_COMPLIANT))
            .when(pl.col("unknown").fill_null(False))
            .then(pl.lit(Standing.UNDETERMINED))
            .otherwise(pl.lit(Standing.COMPLIANT)),
        )
        .sort(PAIR)
    )


def _with_standing(
    criteria: pl.DataFrame, standings: pl.DataFrame, requirements: pl.DataFrame
) -> pl.DataFrame:
    """The criterion that the roll-up decides, as a figure: an open case costs no tier."""
    missing = (
        requirements.filter(
            (pl.col("strength") == Strength.MUST) & (pl.col("status") == Status.NO_EVIDENCE)
        )
        .select(PAIR)
        .unique()
        .with_columns(missing=pl.lit(True))
    )
    standing = standings.rename({"status": "standing"})
    rolls_up = pl.col("metric") == COMPLIANCE
    open_ = (pl.col("standing") == Standing.UNDETERMINED) & pl.col("missing").fill_null(False)
    figure = (pl.col("standing") != Standing.NON_COMPLIANT).cast(pl.Int64).cast(FIGURE)
    return (
        criteria.join(standing, on=PAIR, how="left")
        .join(missing, on=PAIR, how="left")
        .with_columns(
            value=pl.when(rolls_up).then(figure).otherwise("value"),
            fixed_status=pl.when(rolls_up & pl.col("fixed_status").is_null() & open_)
            .then(pl.lit(Status.NO_EVIDENCE))
            .otherwise("fixed_status"),
        )
        .drop("standing", "missing")
    )


def _tiers(facts: Facts, criteria: pl.DataFrame, settings: Mapping[str, Setting]) -> pl.DataFrame:
    eligibility = criteria.select(
        pl.lit(facts.year, dtype=pl.Int64).alias("year"),
        "partner_id",
        "tier",
        pl.col("id").alias("criterion"),
        "status",
        "value",
        "threshold",
        "clause",
    ).select(pl.col(name).cast(kind) for name, kind in ELIGIBILITY_SCHEMA.items())
    rules = _ladder(facts, settings)
    if not rules.tiers:
        schema = dict.fromkeys(("partner_id", "tier", "tier_high"), pl.String)
        return pl.DataFrame(schema=schema | {"undetermined": pl.Boolean})
    reached = reached_tiers(judged_rows(eligibility, rules), rules)
    return reached.select("partner_id", "tier_high", "undetermined", tier="tier_low").sort(
        "partner_id"
    )


def _ladder(facts: Facts, settings: Mapping[str, Setting]) -> TierRules:
    override = settings.get(f"{facts.program}.{OVERRIDES_PARAMETER}")
    if not isinstance(override, bool):
        return facts.ladder
    # A partner's own term is a row of its own and stays.
    everybody = pl.col("partner_id").is_null()
    overrides = facts.ladder.overrides.with_columns(
        overrides=pl.when(everybody).then(pl.lit(override)).otherwise("overrides")
    )
    return replace(facts.ladder, overrides=overrides)
