"""Tier assignments: the rung of each year, with movement and closing.

Belongs here: semantics 5 as pure functions over frames.
Does not: the warehouse, the words of a proof, the threshold or name of any tier (policy rows).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import polars as pl

from scoring.ladder import PARTNER_YEAR, TierRules, judged_rows, reached_tiers
from scoring.notice import NOTICE_SCHEMA, NoticeRules, with_notice
from scoring.published import TIER_ASSIGNMENTS, TIER_MARGINS
from scoring.published_frames import conform, schema_of
from scoring.tier_words import changes_up, margins
from scoring.vocabulary import Action, Movement

END_STATUS = Action.END_STATUS
ENROLMENTS_SCHEMA = {"partner_id": pl.String, "enrolled_on": pl.Date}
DECISIONS_SCHEMA = {
    "review": pl.String,
    "partner_id": pl.String,
    "decision": pl.String,
    "decided_on": pl.Date,
    "rationale": pl.String,
}
CLOSINGS_SCHEMA = {
    "tier_year": pl.Int64,
    "partner_id": pl.String,
    "closed_on": pl.Date,
    "closed_reason": pl.String,
}
ASSIGNMENT_SCHEMA = schema_of(TIER_ASSIGNMENTS)
MARGINS_SCHEMA = schema_of(TIER_MARGINS)


@dataclass(frozen=True)
class TierDecisions:
    """`assignments` as `decisions.tier_assignments`, `margins` as `decisions.tier_margins`,
    `notices` as `decisions.tier_notices`, `closings` CLOSINGS_SCHEMA: every status that ended,
    whether or not its partner has an assignment."""

    assignments: pl.DataFrame
    margins: pl.DataFrame
    notices: pl.DataFrame
    closings: pl.DataFrame


def assign_tiers(
    eligibility: pl.DataFrame,
    rules: TierRules,
    enrolments: pl.DataFrame,
    decisions: pl.DataFrame,
    published: pl.DataFrame,
    notice: NoticeRules | None = None,
    standing: pl.DataFrame | None = None,
) -> TierDecisions:
    """The tier of each (partner, calendar year) of `eligibility`, for the year after (TIER-ANNUAL).

    `eligibility` ELIGIBILITY_SCHEMA; `enrolments` ENROLMENTS_SCHEMA: every enrolment in the program
    of the ladder; `decisions` DECISIONS_SCHEMA: governance decisions recorded in that
    program; `published` ASSIGNMENT_SCHEMA: assignments already final, perhaps none: they are what
    partners move from; `notice`: how long a tier is kept before a fall, by default not at all;
    `standing` STANDING_SCHEMA of tier_steps: the tier at each year's end under a ladder that moves
    within the year, which then is the year's, by default that which the facts reach. All rows
    returned are computed ones; `shown` lays the published over them.
    """
    if not rules.tiers:
        return TierDecisions(
            pl.DataFrame(schema=ASSIGNMENT_SCHEMA),
            pl.DataFrame(schema=MARGINS_SCHEMA),
            pl.DataFrame(schema=NOTICE_SCHEMA),
            pl.DataFrame(schema=CLOSINGS_SCHEMA),
        )
    rows = judged_rows(eligibility, rules)
    tiers = reached_tiers(rows, rules).with_columns(tier="tier_low", rung="rung_low")
    if standing is not None and standing.height:
        tiers = _as_standing(tiers, standing)
    notices = pl.DataFrame(schema=NOTICE_SCHEMA)
    if notice is not None and notice.gives_any:
        noticed = with_notice(tiers, rows, rules, notice, published)
        tiers, notices = noticed.tiers, noticed.notices
    tiers = _previous(tiers, rules, enrolments, published, notices)
    tiers = tiers.join(changes_up(rows, tiers, rules), on=PARTNER_YEAR, how="left")
    closings = _closings(decisions)
    tiers = tiers.join(
        closings.with_columns(year=pl.col("tier_year") - 1).drop("tier_year"),
        on=PARTNER_YEAR,
        how="left",
    )
    tiers = tiers.join(_digests(eligibility, tiers, rules), on=PARTNER_YEAR, how="left")
    named = tiers.with_columns(
        tier_year=pl.col("year") + 1, policy_version=pl.lit(rules.policy_version)
    )
    return TierDecisions(
        conform(named, TIER_ASSIGNMENTS),
        conform(margins(rows, tiers, rules), TIER_MARGINS),
        notices,
        closings,
    )


def _as_standing(tiers: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Tiers as the last step of each year left them, whatever the year's facts reach."""
    left = standing.select(*PARTNER_YEAR, stood="tier", stood_rung="rung")
    return (
        tiers.join(left, on=PARTNER_YEAR, how="left", maintain_order="left")
        .with_columns(tier=pl.coalesce("stood", "tier"), rung=pl.coalesce("stood_rung", "rung"))
        .drop("stood", "stood_rung")
    )


def _previous(
    tiers: pl.DataFrame,
    rules: TierRules,
    enrolments: pl.DataFrame,
    published: pl.DataFrame,
    notices: pl.DataFrame,
) -> pl.DataFrame:
    """Adds previous_tier and movement, compared with the published assignment for Y, else the
    computed one. A tier that a notice alone held counts as the previous tier only if the partner
    still had it when the year ended.

    Without either, a partner first enrolled in Y was on the lowest rung (TIER-START), and its
    movement is still `first`.
    """
    final = shown_falls(published, ended(notices)).select(
        pl.col("tier_year").alias("year"), "partner_id", published_tier="tier"
    )
    computed = tiers.select(year=pl.col("year") + 1, partner_id="partner_id", computed_tier="tier")
    if "previous_computed" in tiers.columns:
        computed = tiers.select("year", "partner_id", computed_tier="previous_computed")
    firsts = enrolments.group_by("partner_id").agg(first_enrolled_on=pl.col("enrolled_on").min())
    rungs = {tier: rung for rung, tier in enumerate(rules.tiers, start=1)}
    before = pl.coalesce("published_tier", "computed_tier")
    before_rung = before.replace_strict(rungs, default=None, return_dtype=pl.Int64)
    return (
        tiers.join(final, on=PARTNER_YEAR, how="left")
        .join(computed, on=PARTNER_YEAR, how="left")
        .join(firsts, on="partner_id", how="left")
        .with_columns(
            previous_tier=pl.when(before.is_not_null())
            .then(before)
            .when(pl.col("first_enrolled_on").dt.year() == pl.col("year"))
            .then(pl.lit(next(iter(rules.tiers), None), dtype=pl.String)),
            movement=pl.when(before.is_null())
            .then(pl.lit(Movement.FIRST))
            .when(before == pl.col("tier"))
            .then(pl.lit(Movement.SAME))
            # A published tier that the ladder no longer has can't be ranked or compared.
            .when(before_rung.is_null())
            .then(pl.lit(Movement.FIRST))
            .when(pl.col("rung") > before_rung)
            .then(pl.lit(Movement.UP))
            .otherwise(pl.lit(Movement.DOWN)),
        )
    )


def _closings(decisions: pl.DataFrame) -> pl.DataFrame:
    """CLOSINGS_SCHEMA: the first `end_status` decided within each tier year.

    An ended status is no tier move: the row keeps its tier (TIER-NO-MIDYEAR-DOWN).
    """
    return (
        decisions.filter(pl.col("decision") == END_STATUS)
        .sort("partner_id", "decided_on", "review")
        .group_by("partner_id", pl.col("decided_on").dt.year().cast(pl.Int64).alias("tier_year"))
        .agg(closed_on=pl.col("decided_on").first(), closed_reason=pl.col("rationale").first())
        .select(list(CLOSINGS_SCHEMA))
    )


def _digests(eligibility: pl.DataFrame, tiers: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """year, partner_id, input_digest: sha256 over the rows on which one decision depends.

    Each row as JSON with its columns in a fixed order, one per line, sorted: criteria, the year it
    is compared with, its closing, and whether an invitation outweighs the facts.
    """
    facts = tiers.select(
        *PARTNER_YEAR, "previous_tier", "first_enrolled_on", "closed_on", "closed_reason"
    )
    overrides = (
        tiers.select(PARTNER_YEAR)
        .join(rules.overrides.rename({"partner_id": "whose"}), on="year", how="inner")
        .filter(pl.col("whose").is_null() | (pl.col("whose") == pl.col("partner_id")))
    )
    lines = pl.concat(
        frame.select(*PARTNER_YEAR, line=pl.struct(pl.all()).struct.json_encode())
        for frame in (eligibility.select(sorted(eligibility.columns)), facts, overrides)
    )
    return (
        lines.sort(*PARTNER_YEAR, "line")
        .group_by(PARTNER_YEAR, maintain_order=True)
        .agg(text=pl.col("line").str.join("\n"))
        .select(
            *PARTNER_YEAR,
            input_digest=pl.col("text").map_elements(
                lambda text: hashlib.sha256(text.encode("utf-8")).hexdigest(), pl.String
            ),
        )
    )


def ended(notices: pl.DataFrame) -> pl.DataFrame:
    """The notices that are over when their tier year ends; the columns stay as they are."""
    return notices.filter(pl.col("falls_on").dt.year() <= pl.col("tier_year"))


def shown_falls(published: pl.DataFrame, over: pl.DataFrame) -> pl.DataFrame:
    """Published rows whose notice is among those `over`, with the tier that was published as
    reached."""
    falls = over.select("tier_year", "partner_id", falls=pl.lit(True))
    fallen = pl.col("falls").fill_null(False) & (pl.col("tier") != pl.col("tier_low"))
    return (
        published.join(falls, on=["tier_year", "partner_id"], how="left", maintain_order="left")
        .with_columns(
            movement=pl.when(fallen).then(pl.lit("down")).otherwise("movement"),
            tier=pl.when(fallen).then("tier_low").otherwise("tier"),
        )
        .drop("falls")
    )


def shown(
    computed: pl.DataFrame,
    published: pl.DataFrame,
    closings: pl.DataFrame,
    notices: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What `decisions.tier_assignments` shows: a published year as published, others computed.

    A closing recorded after publication (`closings` CLOSINGS_SCHEMA) is added to the published row,
    also where the data since then leave its partner without a row of its own, and a fall that was
    announced with it happens when its notice is over; nothing else about it changes.
    """
    if notices is not None and notices.height:
        published = shown_falls(published, notices.filter("is_over"))
    final_years = published["tier_year"].unique().implode()
    final = published.join(
        closings, on=["tier_year", "partner_id"], how="left", suffix="_since"
    ).with_columns(
        closed_reason=pl.when(pl.col("closed_on").is_null())
        .then("closed_reason_since")
        .otherwise("closed_reason"),
        closed_on=pl.coalesce("closed_on", "closed_on_since"),
    )
    others = computed.filter(~pl.col("tier_year").is_in(final_years))
    return pl.concat([conform(final, TIER_ASSIGNMENTS), conform(others, TIER_ASSIGNMENTS)]).sort(
        "tier_year", "partner_id"
    )


def shown_margins(
    computed: pl.DataFrame, published: pl.DataFrame, margins: pl.DataFrame
) -> pl.DataFrame:
    """What `decisions.tier_margins` shows: for a published year the margins published with it."""
    final_years = published["tier_year"].unique().implode()
    others = computed.filter(~pl.col("tier_year").is_in(final_years))
    return conform(pl.concat([others, conform(margins, TIER_MARGINS)]), TIER_MARGINS)
