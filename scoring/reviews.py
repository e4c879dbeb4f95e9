"""Governance reviews: outcome, findings, consecutive non-compliant reviews, the recommendation.

Belongs here: semantics 8 as a pure function over frames (GOV-BIANNUAL, GOV-DISTINCT).
Does not: the warehouse, ending anybody's status (a person decides), the ladder's steps (policy).
"""

from __future__ import annotations

import polars as pl

from scoring.published import GOVERNANCE_REVIEWS
from scoring.published_frames import conform, schema_of
from scoring.vocabulary import Action, Standing, Status, Strength

COMPLIANCE_SCHEMA = {
    "review": pl.String,
    "partner_id": pl.String,
    "program": pl.String,
    "status": pl.String,
    "enrolled_on": pl.Date,
    "ends_on": pl.Date,
}
RESULTS_SCHEMA = {
    "review": pl.String,
    "partner_id": pl.String,
    "program": pl.String,
    "requirement": pl.String,
    "strength": pl.String,
    "status": pl.String,
}
ENDINGS_SCHEMA = {"review": pl.String, "partner_id": pl.String}
ESCALATION_SCHEMA = {
    "review": pl.String,
    "partner_id": pl.String,
    "position": pl.Int64,
    "action": pl.String,
}
RECORDED_SCHEMA = {
    "review": pl.String,
    "partner_id": pl.String,
    "program": pl.String,
    "decision": pl.String,
}
REVIEW_SCHEMA = schema_of(GOVERNANCE_REVIEWS)
PAIR = ["review", "partner_id", "program"]

# Words of the `decision` column that people file (sources.yaml).
MAINTAIN = Action.MAINTAIN
END_STATUS = Action.END_STATUS


def governance_reviews(
    compliance: pl.DataFrame,
    results: pl.DataFrame,
    endings: pl.DataFrame,
    escalation: pl.DataFrame,
    recorded: pl.DataFrame,
    published: pl.DataFrame,
) -> pl.DataFrame:
    """A row for each (review, partner, program) in the ledger: `decisions.governance_reviews`.

    `compliance` COMPLIANCE_SCHEMA: the roll-up of each review with the running enrolment and the
    review's last day; `results` RESULTS_SCHEMA; `endings` ENDINGS_SCHEMA: reviews in which a case
    of a severity that ends the status was upheld; `escalation` ESCALATION_SCHEMA: the steps in
    force at each review, first step first, with no partner those of the policy, else those that the
    partner's own agreement states; `recorded` RECORDED_SCHEMA: what people decided;
    `published` REVIEW_SCHEMA: final reviews, which count before later ones as published. All rows
    returned are computed ones; `shown_reviews` lays the published over them.
    """
    counted = (
        _with_findings(compliance, results)
        .join(published.select(*PAIR, final_outcome="outcome"), on=PAIR, how="left")
        .with_columns(counted=pl.coalesce("final_outcome", "status"))
    )
    ended = endings.unique().with_columns(ends_status=pl.lit(True))
    steps = escalation.group_by("review", "partner_id").agg(
        actions=pl.col("action").sort_by("position")
    )
    usual = steps.filter(pl.col("partner_id").is_null()).drop("partner_id")
    own = steps.filter(pl.col("partner_id").is_not_null()).rename({"actions": "own_actions"})
    rows = (
        counted.with_columns(consecutive_non_compliant=_consecutive())
        .join(ended, on=["review", "partner_id"], how="left")
        .join(usual, on="review", how="left")
        .join(own, on=["review", "partner_id"], how="left")
        .with_columns(actions=pl.coalesce("own_actions", "actions"))
        .join(_decided(recorded), on=PAIR, how="left")
        .with_columns(recommended_action=_recommended(), outcome="status")
    )
    return conform(rows, GOVERNANCE_REVIEWS)


def shown_reviews(
    computed: pl.DataFrame, recorded: pl.DataFrame, published: pl.DataFrame
) -> pl.DataFrame:
    """What `decisions.governance_reviews` shows, in its columns: a published review as published,
    with a person's decision added."""
    final = published.join(_decided(recorded), on=PAIR, how="left", suffix="_since").with_columns(
        decided_action=pl.coalesce("decided_action_since", "decided_action")
    )
    others = computed.filter(~pl.col("review").is_in(published["review"].unique().implode()))
    return conform(pl.concat([final.select(others.columns), others]), GOVERNANCE_REVIEWS)


def _decided(recorded: pl.DataFrame) -> pl.DataFrame:
    return recorded.select(*PAIR, decided_action="decision")


def _with_findings(compliance: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """Adds findings: the `must` requirements not met, by id; advice is never a finding."""
    findings = (
        results.filter((pl.col("strength") == Strength.MUST) & (pl.col("status") == Status.NOT_MET))
        .group_by(PAIR)
        .agg(findings=pl.col("requirement").unique().sort())
    )
    return compliance.join(findings, on=PAIR, how="left").with_columns(
        findings=pl.col("findings").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )


def _consecutive() -> pl.Expr:
    """Non-compliant reviews in a row up to and with this one, within one enrolment.

    A compliant review breaks the run; an undetermined one neither adds to it nor breaks it. A new
    enrolment starts every clock again. Earlier reviews count as published, this one as computed.
    """
    misses = (pl.col("counted") == Standing.NON_COMPLIANT).cast(pl.Int64).cum_sum()
    at_last_break = pl.when(pl.col("counted") == Standing.COMPLIANT).then(misses).forward_fill()
    run_up_to = (misses - at_last_break.fill_null(0)).shift(1, fill_value=0)
    own = (
        pl.when(pl.col("status") == Standing.COMPLIANT)
        .then(0)
        .when(pl.col("status") == Standing.NON_COMPLIANT)
        .then(run_up_to + 1)
        .otherwise(run_up_to)
    )
    return own.over("partner_id", "program", "enrolled_on", order_by=["ends_on", "review"])


def _recommended() -> pl.Expr:
    """The step of the ladder for the run so far, the last step for every longer run.

    An upheld case that ends the status comes before everything, in all the partner's programs.
    """
    steps = pl.col("actions").list.len().cast(pl.Int64)
    step = pl.min_horizontal("consecutive_non_compliant", steps) - 1
    return (
        pl.when(pl.col("ends_status").fill_null(False))
        .then(pl.lit(END_STATUS))
        .when(pl.col("status") == Standing.NON_COMPLIANT)
        .then(pl.col("actions").list.get(step, null_on_oob=True))
        .otherwise(pl.lit(MAINTAIN))
    )
