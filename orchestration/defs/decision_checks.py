"""Checks on the tables of decisions, which Polars writes after dbt's tests have run.

Belongs here: what must hold of each table before a page is drawn from it, as a query for the rows
that break it. Does not: deciding, or tests of models (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import duckdb

from orchestration.defs.metadata import preview

ROWS = "rows_that_fail"
# What was published is shown as it was published, whatever the facts say now.
PUBLISHED_YEARS = """
select cast(period as integer) + 1 from run.publications where assessment = 'year'"""
PUBLISHED_PERIODS = "select period from run.publications"
PUBLISHED_REVIEWS = "select period from run.publications where assessment = 'review'"


@dataclass(frozen=True)
class Check:
    """A sentence that holds while `broken` finds no row; `means` says what to think when it does.

    Every one is blocking: nothing is drawn or served from decisions that contradict themselves.
    """

    table: str
    name: str
    means: str
    broken: str

    @property
    def asset(self) -> dg.AssetKey:
        """The asset that the check is about."""
        return dg.AssetKey(self.table.split("."))

    @property
    def spec(self) -> dg.AssetCheckSpec:
        """The check as Dagster lists it."""
        return dg.AssetCheckSpec(
            name=self.name, asset=self.asset, description=self.means, blocking=True
        )

    def result(self, con: duckdb.DuckDBPyConnection) -> dg.AssetCheckResult:
        """What the check finds now."""
        count = con.execute(f"select count(*) from ({self.broken})").fetchall()[0][0]
        metadata: dict[str, int | dg.MetadataValue] = {ROWS: count}
        if count:
            metadata["first_rows"] = preview(con, f"({self.broken})")
        return dg.AssetCheckResult(
            asset_key=self.asset,
            check_name=self.name,
            passed=not count,
            description="holds" if not count else f"{count} rows fail. {self.means}",
            metadata=metadata,
        )


TIERS = "decisions.tier_assignments"
MARGINS = "decisions.tier_margins"
NOTICES = "decisions.tier_notices"
STEPS = "decisions.tier_steps"
REVIEWS = "decisions.governance_reviews"
CHANGES = "decisions.changes"
ACTIONS = "decisions.actions"

CHECKS = (
    Check(
        TIERS,
        "everybody_assessed_has_one_tier_and_nobody_else_has",
        "Failing means that a partner whose criteria were judged for a year has no tier for the "
        "year after it, or two, or that somebody has one who was not judged.",
        f"""
        with judged as (
            select distinct year + 1 as tier_year, partner_id, true as is_judged
            from marts.fct_tier_eligibility),
        given as (
            select tier_year, partner_id, count(*) as tiers from {TIERS} group by all)
        select tier_year, partner_id, tiers, is_judged
        from judged full join given using (tier_year, partner_id)
        where tiers is null or tiers > 1
            or is_judged is null and tier_year not in ({PUBLISHED_YEARS})""",
    ),
    Check(
        TIERS,
        "the_tier_is_the_one_that_is_sure_unless_a_notice_keeps_a_higher",
        "Failing means that a tier rests on evidence that is missing, or lies below what is sure, "
        "or that a row says it is undetermined and is not.",
        f"""
        select assigned.tier_year, assigned.partner_id, assigned.tier, assigned.tier_low,
            assigned.tier_high, assigned.undetermined
        from {TIERS} as assigned
        inner join policy.tiers as given on given.tier = assigned.tier
        inner join policy.tiers as low on low.tier = assigned.tier_low
        inner join policy.tiers as high on high.tier = assigned.tier_high
        left join {NOTICES} as kept using (tier_year, partner_id)
        where low.tier_rank > high.tier_rank
            or given.tier_rank < low.tier_rank
            or assigned.undetermined <> (low.tier <> high.tier)
            or kept.partner_id is null and given.tier <> low.tier
                and assigned.tier_year not in ({PUBLISHED_YEARS})""",
    ),
    Check(
        TIERS,
        "the_movement_is_what_the_two_tiers_say",
        "Failing means that a partner is called risen, fallen or unmoved where its tier and the "
        "one before say otherwise.",
        f"""
        select assigned.tier_year, assigned.partner_id, assigned.previous_tier, assigned.tier,
            assigned.movement
        from {TIERS} as assigned
        inner join policy.tiers as before on before.tier = assigned.previous_tier
        inner join policy.tiers as given on given.tier = assigned.tier
        where assigned.movement <> 'first' and assigned.movement <> case
            when given.tier_rank > before.tier_rank then 'up'
            when given.tier_rank < before.tier_rank then 'down' else 'same' end""",
    ),
    Check(
        MARGINS,
        "every_margin_is_of_a_tier_that_was_assigned",
        "Failing means that a margin speaks of a partner and year without a tier, or twice of the "
        "same criterion.",
        f"""
        select margins.tier_year, margins.partner_id, margins.criterion, count(*) as margins
        from {MARGINS} as margins
        left join {TIERS} as assigned using (tier_year, partner_id)
        group by all
        having count(*) > 1 or count(assigned.partner_id) = 0""",
    ),
    Check(
        NOTICES,
        "a_notice_announces_a_fall_to_a_lower_tier_on_a_later_day",
        "Failing means that a notice keeps a tier that would not fall, or gives no time.",
        f"""
        select notices.tier_year, notices.partner_id, notices.tier, notices.falls_to,
            notices.announced_on, notices.falls_on
        from {NOTICES} as notices
        inner join policy.tiers as kept on kept.tier = notices.tier
        inner join policy.tiers as lower on lower.tier = notices.falls_to
        where lower.tier_rank >= kept.tier_rank or notices.falls_on <= notices.announced_on""",
    ),
    Check(
        STEPS,
        "everybody_judged_at_a_step_has_one_tier_after_it",
        "Failing means that a partner whose criteria were judged at a review or month of the "
        "ladder's rhythm has no tier after it, or two, or that somebody has one unjudged.",
        f"""
        with judged as (
            select distinct period, partner_id, true as is_judged
            from marts.fct_tier_step_eligibility),
        given as (select period, partner_id, count(*) as tiers from {STEPS} group by all)
        select period, partner_id, tiers, is_judged
        from judged full join given using (period, partner_id)
        where (tiers is null or is_judged is null) and period not in ({PUBLISHED_PERIODS})
            or tiers > 1""",
    ),
    Check(
        STEPS,
        "the_movement_of_a_step_is_what_the_two_tiers_say",
        "Failing means that a partner is called risen, fallen or unmoved at a step where its tier "
        "and the one before say otherwise.",
        f"""
        select steps.period, steps.partner_id, steps.previous_tier, steps.tier, steps.movement
        from {STEPS} as steps
        inner join policy.tiers as before on before.tier = steps.previous_tier
        inner join policy.tiers as given on given.tier = steps.tier
        where steps.movement <> case
            when given.tier_rank > before.tier_rank then 'up'
            when given.tier_rank < before.tier_rank then 'down' else 'same' end""",
    ),
    Check(
        REVIEWS,
        "every_standing_of_a_review_period_is_reviewed_once",
        "Failing means that a partner of a program was passed over in a review, or reviewed twice.",
        f"""
        with standing as (
            select period as review, partner_id, program
            from marts.fct_program_compliance
            inner join intermediate.int_periods using (period) where kind = 'review'),
        reviewed as (
            select review, partner_id, program, count(*) as reviews from {REVIEWS} group by all)
        select review, partner_id, program, reviews
        from standing full join reviewed using (review, partner_id, program)
        where (reviews is null and review not in ({PUBLISHED_REVIEWS})) or reviews > 1""",
    ),
    Check(
        REVIEWS,
        "findings_stand_where_the_outcome_needs_them",
        "Failing means that a review is non-compliant without a finding, or compliant with one.",
        f"""
        select review, partner_id, program, outcome, findings from {REVIEWS}
        where (outcome = 'non_compliant' and len(findings) = 0)
            or (outcome = 'compliant' and len(findings) > 0)""",
    ),
    Check(
        REVIEWS,
        "no_decision_stands_that_nobody_recorded",
        "Failing means that the table shows a decision of a person which no file of decisions "
        "holds. The system recommends; it never decides.",
        f"""
        select reviews.review, reviews.partner_id, reviews.program, reviews.decided_action
        from {REVIEWS} as reviews
        where reviews.decided_action is not null
            and reviews.review not in ({PUBLISHED_REVIEWS})
            and not exists (
                select 1 from staging.stg_decisions__governance_decisions as recorded
                where upper(trim(recorded.review)) = upper(reviews.review)
                    and recorded.partner_id = reviews.partner_id
                    and lower(trim(recorded.program)) = reviews.program)""",
    ),
    Check(
        CHANGES,
        "every_change_differs_and_says_why",
        "Failing means that something is listed as changed that is as before, or without a cause.",
        f"""
        select since, period, partner_id, program, kind, before, after, cause from {CHANGES}
        where before is not distinct from after or coalesce(trim(cause), '') = ''""",
    ),
    Check(
        CHANGES,
        "a_changed_tier_is_the_tier_that_stands",
        "Failing means that the change of a tier ends in another tier than the one assigned.",
        f"""
        select changes.since, changes.period, changes.partner_id, changes.after, assigned.tier
        from {CHANGES} as changes
        left join {TIERS} as assigned on assigned.partner_id = changes.partner_id
            and assigned.tier_year = cast(changes.period as integer) + 1
        where changes.kind = 'tier' and changes.since = 'year-before'
            and changes.after is distinct from assigned.tier""",
    ),
    Check(
        ACTIONS,
        "every_action_has_an_owner_a_day_and_a_command",
        "Failing means that something waits for nobody, for no day, or without a way to do it.",
        f"""
        select action_id, kind, owner, due_on, command from {ACTIONS}
        qualify coalesce(trim(owner), '') = '' or due_on is null
            or not starts_with(coalesce(command, ''), 'plumbline ')
            or count(*) over (partition by action_id) > 1""",
    ),
    Check(
        ACTIONS,
        "what_is_overdue_was_due_before_the_day",
        "Failing means that a state and a due day contradict each other on the run's day.",
        f"""
        select action_id, state, due_on, as_of from {ACTIONS} cross join run.parameters
        where state <> 'done' and (state = 'overdue') <> (due_on < as_of)""",
    ),
)


def specs_of(*tables: str) -> list[dg.AssetCheckSpec]:
    """The checks of some tables, as Dagster lists them."""
    return [check.spec for check in CHECKS if check.table in tables]


def results_of(con: duckdb.DuckDBPyConnection, *tables: str) -> Iterator[dg.AssetCheckResult]:
    """What the checks of some tables find now."""
    for check in CHECKS:
        if check.table in tables:
            yield check.result(con)
