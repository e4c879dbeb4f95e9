"""Which rung of the tier ladder the facts of one year reach, at worst and at best.

Belongs here: from criteria statuses to `tier_low` and `tier_high`, premier invitation included.
Does not: earlier years, movements, words for people, or any tier's name and threshold (policy).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from scoring.measures import Measures
from scoring.published_frames import PolarsType
from scoring.rungs import INVITATION
from scoring.vocabulary import PASSING, UNDECIDED, Status

FIGURE = pl.Decimal(38, 4)
ELIGIBILITY_SCHEMA: dict[str, PolarsType] = {
    "year": pl.Int64,
    "partner_id": pl.String,
    "tier": pl.String,
    "criterion": pl.String,
    "status": pl.String,
    "value": FIGURE,
    "threshold": FIGURE,
    "clause": pl.String,
}
LADDER_SCHEMA = {"tier": pl.String, "label": pl.String, "tier_rank": pl.Int64}
CRITERIA_SCHEMA = {
    "tier": pl.String,
    "criterion": pl.String,
    "metric": pl.String,
    "comparator": pl.String,
    "threshold_parameter": pl.String,
    "inherited": pl.Boolean,
    "position": pl.Int64,
}
OVERRIDES_SCHEMA = {"year": pl.Int64, "partner_id": pl.String, "overrides": pl.Boolean}
READS_SCHEMA = {"metric": pl.String, "entity": pl.String}

# Metrics whose meaning the ladder itself needs to know; criteria name them in the policy.
COMPLIANCE = "program_compliance"
PARTNER_YEAR = ["year", "partner_id"]


@dataclass(frozen=True)
class TierRules:
    """The ladder as the policy states it.

    `ladder` LADDER_SCHEMA, rank 1 lowest; `criteria` CRITERIA_SCHEMA, inherited ones repeated;
    `overrides` OVERRIDES_SCHEMA: whether an accepted invitation outweighs the facts of a year, with
    one row with a null partner_id for everybody, and one for each partner whose agreement says
    otherwise (null: two terms disagree); `reads` READS_SCHEMA: the entities behind each metric;
    `measures`: how each metric is worded, by its id.
    """

    ladder: pl.DataFrame
    criteria: pl.DataFrame
    overrides: pl.DataFrame
    policy_version: str
    reads: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=READS_SCHEMA))
    measures: Measures = field(default_factory=dict)

    @property
    def tiers(self) -> list[str]:
        """Tier names from the lowest rung up."""
        return self.ladder.sort("tier_rank")["tier"].to_list()

    def called(self, tier: str) -> str:
        """A tier's name as people know it."""
        return self._names.get(tier) or tier

    @cached_property
    def _names(self) -> dict[str, str | None]:
        return dict(zip(self.ladder["tier"], self.ladder["label"], strict=True))

    @property
    def invited_tier(self) -> str | None:
        """The lowest tier that needs an accepted invitation (TIER-PREMIER-INVITE), if one does."""
        needing = self.criteria.filter(pl.col("metric") == INVITATION)["tier"].to_list()
        return next((tier for tier in self.tiers if tier in needing), None)


def judged_rows(eligibility: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """Eligibility rows with rung, metric and whether each passes at worst and at best.

    An invitation cannot be waived or taken for granted: only `met` is an acceptance
    (TIER-PREMIER-INVITE). A pending one (`needs_review`) passes at best only.
    """
    rungs = rules.ladder.select(
        "tier", rung=pl.col("tier_rank").rank("dense").cast(pl.Int64), tier_label="label"
    )
    criteria = rules.criteria.select(
        "tier",
        "criterion",
        "metric",
        "comparator",
        "threshold_parameter",
        "inherited",
        "position",
    )
    passes = (
        pl.when(pl.col("metric") == INVITATION)
        .then(pl.col("status") == Status.MET)
        .otherwise(pl.col("status").is_in(PASSING))
    )
    return (
        eligibility.join(rungs, on="tier", how="inner")
        .join(criteria, on=["tier", "criterion"], how="left")
        .with_columns(
            passes_low=passes,
            passes_high=passes | pl.col("status").is_in(UNDECIDED),
        )
    )


def honoured(year: pl.Expr, partner: pl.Expr, rules: TierRules, when_unclear: bool) -> pl.Expr:
    """Whether an accepted invitation outweighs the facts, for each row's year and partner."""
    keys = [(y, p) for y, p, _ in rules.overrides.iter_rows()]
    values = [when_unclear if v is None else v for v in rules.overrides["overrides"]]
    table = {f"{y}\x1f{p or ''}": v for (y, p), v in zip(keys, values, strict=True)}
    everybody = (year.cast(pl.String) + "\x1f").replace_strict(table, default=False)
    own = (year.cast(pl.String) + "\x1f" + partner).replace_strict(
        table, default=None, return_dtype=pl.Boolean
    )
    return pl.coalesce(own, everybody)


def reached(rows: pl.DataFrame, rules: TierRules, passes: str, when_unclear: bool) -> pl.DataFrame:
    """The rung that each (year, partner_id) reaches when `passes` says which criteria hold.

    Criteria are cumulative: a rung is reached when it and every rung below hold, and the lowest
    rung is everybody's (TIER-START). An accepted invitation gives the invited tier whatever the
    facts, unless the program is non-compliant. Returns year, partner_id, rung.
    """
    by_rung = rows.group_by(*PARTNER_YEAR, "rung").agg(holds=pl.col(passes).all())
    rungs = pl.DataFrame({"rung": range(1, len(rules.tiers) + 1)}, schema={"rung": pl.Int64})
    spine = rows.select(PARTNER_YEAR).unique().join(rungs, how="cross")
    stated = rules.ladder.filter(pl.col("tier").is_in(rules.criteria["tier"].implode()))
    stated_rungs = [rules.tiers.index(tier) + 1 for tier in stated["tier"]]
    climbed = (
        spine.join(by_rung, on=[*PARTNER_YEAR, "rung"], how="left")
        # A tier without criteria is reached; a tier whose criteria were not judged is not.
        .with_columns(holds=pl.col("holds").fill_null(~pl.col("rung").is_in(stated_rungs)))
        .sort(*PARTNER_YEAR, "rung")
        .with_columns(climbs=pl.col("holds").cast(pl.Int64).cum_min().over(PARTNER_YEAR))
        .group_by(PARTNER_YEAR)
        .agg(rung=pl.col("climbs").sum().clip(lower_bound=1))
    )
    if rules.invited_tier is None:
        return climbed
    metric = pl.col("metric")
    failed = (pl.col("status") == Status.NOT_MET) | (
        (pl.col("status") == Status.WAIVED)
        & (pl.col("value") < pl.col("threshold")).fill_null(False)
    )
    invited = rows.group_by(PARTNER_YEAR).agg(
        accepted=pl.col(passes).filter(metric == INVITATION).any(),
        # Only a program that is non-compliant blocks the invitation, waived or not; an undetermined
        # one does not, not even at worst (semantics 5).
        compliant=~failed.filter(metric == COMPLIANCE).any(),
    )
    outweighs = honoured(pl.col("year"), pl.col("partner_id"), rules, when_unclear)
    invited_rung = rules.tiers.index(rules.invited_tier) + 1
    return climbed.join(invited, on=PARTNER_YEAR, how="left").select(
        *PARTNER_YEAR,
        rung=pl.when(pl.col("accepted") & pl.col("compliant") & outweighs)
        .then(pl.max_horizontal("rung", pl.lit(invited_rung)))
        .otherwise("rung"),
    )


def reached_tiers(rows: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """year, partner_id, rung_low, rung_high, tier_low, tier_high, undetermined for judged rows.

    `rows` as `judged_rows` gives them. At worst every open criterion fails, at best every open one
    passes, so a pending invitation that would be honoured gives the invited tier (semantics 5).
    """
    low = reached(rows, rules, "passes_low", when_unclear=False).rename({"rung": "rung_low"})
    high = reached(rows, rules, "passes_high", when_unclear=True).rename({"rung": "rung_high"})
    names = dict(enumerate(rules.tiers, start=1))

    def named(rung: str) -> pl.Expr:
        return pl.col(rung).replace_strict(names, return_dtype=pl.String)

    return (
        low.join(high, on=PARTNER_YEAR, how="left")
        .with_columns(tier_low=named("rung_low"), tier_high=named("rung_high"))
        .with_columns(undetermined=pl.col("rung_low") != pl.col("rung_high"))
        .sort(PARTNER_YEAR)
    )
