"""What the decisions are made from, read from the warehouse as frames.

Belongs here: one query for each input of scoring.tiers and scoring.reviews.
Does not: any judgement, or writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from scoring.ladder import (
    CRITERIA_SCHEMA,
    ELIGIBILITY_SCHEMA,
    LADDER_SCHEMA,
    OVERRIDES_SCHEMA,
    READS_SCHEMA,
    TierRules,
)
from scoring.measures import measures
from scoring.notice import DAYS_SCHEMA, NoticeRules
from scoring.published_frames import PolarsType
from scoring.reviews import (
    COMPLIANCE_SCHEMA,
    ENDINGS_SCHEMA,
    ESCALATION_SCHEMA,
    RECORDED_SCHEMA,
    RESULTS_SCHEMA,
)
from scoring.rows import fetch_one
from scoring.rungs import ladder_program
from scoring.tier_steps import STEP_ELIGIBILITY_SCHEMA, STEPS_SCHEMA, StepInputs
from scoring.tiers import DECISIONS_SCHEMA, END_STATUS, ENROLMENTS_SCHEMA

# Parameter names without their program, which is a row of the policy.
OVERRIDES_PARAMETER = "invitation_overrides_facts"
NOTICE_PARAMETER = "tiers.notice_days"
ESCALATION_PARAMETER = "governance.escalation"
ENDING_PARAMETER = "conduct.ending_severities"
# The review periods, and the items of a list at the last day of each: the policy's, with no
# partner, and those of a partner whose own agreement states them (GUIDE-AGREEMENT).
REVIEWS = "(select * from intermediate.int_periods where kind = 'review')"
LISTED = f"""
    select reviews.period, cast(null as varchar) as partner_id, lists.position, lists.item
    from {REVIEWS} as reviews
    inner join policy.lists as lists
        on lists.parameter = $parameter and lists.effective_from <= reviews.ends_on
        and (lists.effective_to is null or lists.effective_to > reviews.ends_on)
    union all
    select own.period, own.partner_id, items.position, trim(items.item) as item
    from {REVIEWS} as reviews
    inner join intermediate.int_policy__partner_values as own using (period)
    cross join lateral (
        select generate_subscripts(string_split(own.value, ','), 1) as position,
            unnest(string_split(own.value, ',')) as item
    ) as items
    where own.parameter = $parameter and not own.conflict
"""
# Review and program are text in the file that people write, so blanks and case do not matter: of
# decisions that differ by these alone, the one decided last counts.
LATEST = """row_number() over (
    partition by lower(trim(made.review)), made.partner_id, lower(trim(made.program))
    order by made.decided_on desc, made.review, made.program) = 1"""


@dataclass(frozen=True)
class TierInputs:
    """The arguments of `assign_tiers` that the warehouse holds."""

    eligibility: pl.DataFrame
    rules: TierRules
    enrolments: pl.DataFrame
    decisions: pl.DataFrame
    notice: NoticeRules
    steps: StepInputs


@dataclass(frozen=True)
class ReviewInputs:
    """The arguments of `governance_reviews` that the warehouse holds."""

    compliance: pl.DataFrame
    results: pl.DataFrame
    endings: pl.DataFrame
    escalation: pl.DataFrame
    recorded: pl.DataFrame


def read(
    con: duckdb.DuckDBPyConnection, query: str, schema: Mapping[str, PolarsType], **params: object
) -> pl.DataFrame:
    """The rows of `query` in exactly the columns and types of `schema`."""
    frame = con.sql(query, params=params or None).pl()
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def tier_inputs(con: duckdb.DuckDBPyConnection) -> TierInputs:
    """Eligibility, the ladder's rules, enrolments and recorded decisions of its program."""
    program = ladder_program(con) or ""
    return TierInputs(
        eligibility=read(con, "select * from marts.fct_tier_eligibility", ELIGIBILITY_SCHEMA),
        rules=tier_rules(con, program),
        enrolments=read(
            con,
            """select partner_id, enrolled_on from staging.stg_partner_activity__enrollments
            where program = $program""",
            ENROLMENTS_SCHEMA,
            program=program,
        ),
        decisions=read(
            con,
            # A partner that merged into another has no status of its own from that day on.
            f"""select review, partner_id, decision, decided_on, rationale
            from staging.stg_decisions__governance_decisions as made
            where lower(trim(program)) = lower($program)
            qualify {LATEST}
            union all
            select '' as review, partner_id, $ended as decision, effective_on as decided_on,
                'became one with ' || successor_id as rationale
            from intermediate.int_partners__successions
            where not is_in_ring""",
            DECISIONS_SCHEMA,
            program=program,
            ended=END_STATUS,
        ),
        notice=notice_rules(con),
        steps=step_inputs(con),
    )


def step_inputs(con: duckdb.DuckDBPyConnection) -> StepInputs:
    """The periods that move tiers within the year, with what their facts say of each rung."""
    steps = (
        "intermediate.int_periods as periods inner join policy.tier_steps as steps using (suffix)"
    )
    from_tier = fetch_one(con, "select min(upgrades_from) as tier from policy.tier_steps") or {}
    return StepInputs(
        steps=read(
            con,
            f"""select periods.position, periods.period, periods.year, periods.ends_on,
                steps.falls, steps.is_review
            from {steps} where periods.kind <> 'year' order by periods.position""",
            STEPS_SCHEMA,
        ),
        eligibility=read(
            con,
            """select periods.position as year, judged.* exclude (period)
            from marts.fct_tier_step_eligibility as judged
            inner join intermediate.int_periods as periods using (period)""",
            STEP_ELIGIBILITY_SCHEMA,
        ),
        upgrades_from=from_tier.get("tier"),
    )


def notice_rules(con: duckdb.DuckDBPyConnection) -> NoticeRules:
    """How long a tier is kept before a fall, by the assessed year: the policy's value on its last
    day, or the partner's own; where terms disagree, the policy's value applies."""
    days = """
        select periods.year, null as partner_id, policy.number as days
        from intermediate.int_periods as periods
        inner join intermediate.int_policy__values as policy using (period)
        where periods.kind = 'year' and policy.parameter = $parameter
        union all
        select periods.year, own.partner_id, case when not own.conflict then own.number end as days
        from intermediate.int_periods as periods
        inner join intermediate.int_policy__partner_values as own using (period)
        where periods.kind = 'year' and own.parameter = $parameter
    """
    run = fetch_one(con, "select as_of from run.parameters") or {}
    return NoticeRules(
        days=read(con, days, DAYS_SCHEMA, parameter=NOTICE_PARAMETER),
        as_of=run.get("as_of") or date.max,
    )


def tier_rules(con: duckdb.DuckDBPyConnection, program: str) -> TierRules:
    """The ladder with, for each year, whether an invitation outweighs the facts.

    The policy value in force on the year's last day, unless the partner's own agreement has a term
    then (GUIDE-AGREEMENT); where terms disagree it is open (null).
    """
    overrides = """
        select periods.year, null as partner_id, lower(policy.value) = 'true' as overrides
        from intermediate.int_periods as periods
        inner join intermediate.int_policy__values as policy using (period)
        where periods.kind = 'year' and policy.parameter = $parameter
        union all
        select periods.year, own.partner_id,
            case when not own.conflict then lower(own.value) = 'true' end as overrides
        from intermediate.int_periods as periods
        inner join intermediate.int_policy__partner_values as own using (period)
        where periods.kind = 'year' and own.parameter = $parameter
    """
    parameters = fetch_one(con, "select policy_version from run.parameters") or {}
    return TierRules(
        ladder=read(con, "from policy.tiers order by tier_rank", LADDER_SCHEMA),
        criteria=read(con, "from policy.tier_criteria", CRITERIA_SCHEMA),
        overrides=read(
            con, overrides, OVERRIDES_SCHEMA, parameter=f"{program}.{OVERRIDES_PARAMETER}"
        ),
        policy_version=parameters.get("policy_version") or "",
        reads=read(con, "from policy.metric_reads", READS_SCHEMA),
        measures=measures(con),
    )


def review_inputs(con: duckdb.DuckDBPyConnection) -> ReviewInputs:
    """The roll-up and results of the review periods, ending cases, the policy's steps, decisions.

    Which cases end a status, and which step follows how many reviews, is said by the policy's lists
    in force on the review's last day, or by the partner's own; where its terms disagree, the
    policy's apply. A case is upheld in the review in which it was closed, else opened.
    """
    return ReviewInputs(
        compliance=read(
            con,
            f"""select reviews.period as review, marts.partner_id, marts.program, marts.status,
                pairs.enrolled_on, reviews.ends_on
            from {REVIEWS} as reviews
            inner join marts.fct_program_compliance as marts using (period)
            left join intermediate.int_ledger__pairs as pairs
                using (period, partner_id, program)""",
            COMPLIANCE_SCHEMA,
        ),
        results=read(
            con,
            f"""select period as review, partner_id, program, requirement, strength, status
            from marts.fct_requirement_results inner join {REVIEWS} using (period)""",
            RESULTS_SCHEMA,
        ),
        endings=read(
            con,
            f"""select distinct reviews.period as review, cases.partner_id
            from {REVIEWS} as reviews
            inner join staging.stg_partner_activity__conduct_cases as cases
                on coalesce(cases.closed_on, cases.opened_on)
                    between reviews.starts_on and reviews.ends_on
            left join (select distinct period, partner_id from ({LISTED})) as own
                on own.period = reviews.period and own.partner_id = cases.partner_id
            inner join ({LISTED}) as severities
                on severities.period = reviews.period and severities.item = cases.severity
                and severities.partner_id is not distinct from own.partner_id
            where cases.outcome = 'upheld'""",
            ENDINGS_SCHEMA,
            parameter=ENDING_PARAMETER,
        ),
        escalation=read(
            con,
            f"select period as review, partner_id, position, item as action from ({LISTED})",
            ESCALATION_SCHEMA,
            parameter=ESCALATION_PARAMETER,
        ),
        recorded=read(
            con,
            f"""select reviews.period as review, made.partner_id, programs.program, made.decision
            from staging.stg_decisions__governance_decisions as made
            inner join {REVIEWS} as reviews
                on lower(reviews.period) = lower(trim(made.review))
            inner join policy.programs as programs
                on lower(programs.program) = lower(trim(made.program))
            qualify {LATEST}""",
            RECORDED_SCHEMA,
        ),
    )
