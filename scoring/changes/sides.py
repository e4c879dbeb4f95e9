"""Every partner's results in a period, and the facts behind them: one side of a comparison.

Belongs here: one side of a comparison, read from the tables of a run or from the ledger's notes.
Does not: comparing two sides (difference.py), or what a run left behind (kept.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import polars as pl

from scoring.changes.facts import FACTS, FIGURE, Facts
from scoring.inputs import read
from scoring.rungs import ladder_program
from scoring.vocabulary import UNDECIDED, Standing, Status, Subject

# `subject`: what it is about where a partner has several (an app), else null. `figure`: the amount
# behind a minimum. `words` and `clause`: the reason, where no fact gives it.
STANDING = {
    "kind": pl.String(),
    "period": pl.String(),
    "partner_id": pl.String(),
    "program": pl.String(),
    "subject": pl.String(),
    "value": pl.String(),
    "figure": FIGURE,
    "words": pl.String(),
    "clause": pl.String(),
}
STAKES = {
    "period": pl.String(),
    "partner_id": pl.String(),
    "arr_usd": pl.Decimal(18, 4),
    "customers": pl.Int64(),
}
# The rows behind a requirement that is missed or in doubt, by file and row or cell.
ROWS = {
    "period": pl.String(),
    "partner_id": pl.String(),
    "program": pl.String(),
    "metric": pl.String(),
    "place": pl.String(),
    "rows": pl.Int64(),
}
TIER, COMPLIANCE, RECOMMENDATION, MINIMUM, LISTING = KINDS = tuple(kind.value for kind in Subject)
# The metric of the requirements that hold a partner to a minimum (RESL-ARR).
MINIMUM_METRIC = "arr_usd"


@dataclass(frozen=True)
class Side:
    """One side of a comparison: frames in the shapes of STANDING, STAKES and ROWS, and the facts,
    which are read when they are needed."""

    standing: pl.DataFrame
    facts: Facts
    stakes: pl.DataFrame
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROWS))

    def of(self, periods: Mapping[str, str]) -> Side:
        """The rows of the periods that `periods` names, each under the period that it maps to."""

        def moved(frame: pl.DataFrame) -> pl.DataFrame:
            rows = frame.filter(pl.col("period").is_in(list(periods)))
            return rows.with_columns(pl.col("period").replace(periods))

        facts = self.facts.of(periods)
        return Side(moved(self.standing), facts, moved(self.stakes), moved(self.rows))


STANDING_QUERY = """
select 'tier' as kind, cast(tier_year - 1 as varchar) as period, partner_id, $ladder as program,
    null as subject, tier as value, null as figure, null as words, null as clause
from decisions.tier_assignments
union all
select 'compliance', period, partner_id, program, null, status, null, null, null
from marts.fct_program_compliance
inner join intermediate.int_periods as periods using (period)
where periods.kind <> 'month'
union all
select 'recommendation', rows.review, rows.partner_id, rows.program, null,
    rows.recommended_action, null,
    case when rows.recommended_action = 'maintain'
            then upper(rows.outcome[1]) || replace(rows.outcome[2:], '_', '-') || '.'
        when failing.labels is null then 'A severe case was upheld.'
        else 'Not met: ' || failing.labels || '; ' || rows.consecutive_non_compliant
            || ' non-compliant review'
            || case when rows.consecutive_non_compliant = 1 then '' else 's' end || ' in a row.'
        end,
    failing.clause
from decisions.governance_reviews as rows
left join (
    select reviews.review, reviews.partner_id, reviews.program,
        string_agg(rules.label, ', ' order by rules.position) as labels,
        arg_min(rules.clause, rules.position) as clause
    from decisions.governance_reviews as reviews
    inner join policy.requirements as rules
        on rules.program = reviews.program and list_contains(reviews.findings, rules.requirement)
    group by all) as failing using (review, partner_id, program)
union all
select 'minimum', rows.period, rows.partner_id, rows.program, null, rows.status, rows.value,
    rows.reason, rows.clause
from marts.fct_requirement_results as rows
inner join intermediate.int_periods as periods using (period)
where rows.metric = $minimum and periods.kind <> 'month'
union all
select 'listing', listed.period, listed.partner_id, $ladder, listed.app_id, 'listed', null,
    coalesce(apps.name || ' (' || listed.app_id || ')', listed.app_id) || ' was listed on the '
        || 'Marketplace on ' || listed.listed_on || '.', 'APP-VALIDATION'
from intermediate.int_apps__listed as listed
inner join intermediate.int_periods as periods using (period)
left join (
    select app_id, min(name) as name from staging.stg_app_usage__apps group by app_id
) as apps using (app_id)
where periods.kind = 'year'
"""
# `{requirements}` and `{criteria}`: tables of judged requirements and criteria; `{words}`: why.
FACTS_OF = """
select 'compliance' as kind, rows.period, rows.partner_id, rows.program, null as tier,
    rows.requirement as name, rows.metric, rules.label, metrics.unit, rows.status, rows.value,
    rows.comparator, rows.threshold, {words} as words, rows.clause, rules.position
from {requirements} as rows
left join policy.requirements as rules using (program, requirement)
left join policy.metrics as metrics on metrics.metric = rows.metric
where rows.strength = 'must'
union all
select 'tier', cast(rows.year as varchar), rows.partner_id, $ladder, rows.tier, rows.criterion,
    rules.metric, metrics.label, metrics.unit, rows.status, rows.value, rules.comparator,
    rows.threshold, null, rows.clause, rules.position
from {criteria} as rows
left join policy.tier_criteria as rules using (tier, criterion)
left join policy.metrics as metrics on metrics.metric = rules.metric
"""
# A published tier is explained by the criteria that it was published with, whatever the data say
# since.
CRITERIA_SHOWN = """(
    select year, partner_id, tier, criterion, status, value, threshold, clause
    from run.published_criteria
    union all
    select year, partner_id, tier, criterion, status, value, threshold, clause
    from marts.fct_tier_eligibility as judged
    where not exists (
        select 1 from run.published_criteria as final
        where final.year = judged.year and final.partner_id = judged.partner_id)
)"""
FACTS_QUERY = FACTS_OF.format(
    words="rows.reason",
    requirements="marts.fct_requirement_results",
    criteria=CRITERIA_SHOWN,
)
# A month's row is about the month's end. ARR that could not be computed is null; no ARR at all is
# 0.
STAKES_QUERY = """
with periods as (
    select period, cast(date_trunc('month', ends_on) as date) as month
    from intermediate.int_periods),
people as (
    select partner_id from marts.dim_partners
    union select partner_id from marts.fct_arr_by_partner_month
    union select partner_id from marts.fct_partner_usage_by_month)
select periods.period, people.partner_id,
    case when arr.partner_id is null then 0 else arr.arr_usd end as arr_usd,
    coalesce(used.active_customers, 0) as customers
from periods
cross join people
left join marts.fct_arr_by_partner_month as arr using (partner_id, month)
left join marts.fct_partner_usage_by_month as used using (partner_id, month)
"""
ROWS_QUERY = """
with open_ones as (
    select distinct period, partner_id, program, metric from marts.fct_requirement_results
    where strength = 'must' and status in ('not_met', 'needs_review')),
places as (
    select distinct open_ones.*, evidence.evidence_date, evidence.file, evidence.row_number,
        evidence.file
        || coalesce(', ' || evidence.cell, ', row ' || evidence.row_number, '') as place
    from open_ones
    inner join intermediate.int_metrics__evidence as evidence
        on evidence.period = open_ones.period and evidence.partner_id = open_ones.partner_id
        and evidence.metric = open_ones.metric
        and (evidence.program is null or evidence.program = open_ones.program)
    where evidence.file is not null)
select period, partner_id, program, metric, place,
    count(*) over (partition by period, partner_id, program, metric) as rows
from places
qualify row_number() over (
    partition by period, partner_id, program, metric
    order by evidence_date desc nulls last, file, row_number, place) = 1
"""
# What was published; its clause and label are those of the policy now.
PUBLISHED_FACTS = FACTS_OF.format(
    words="null",
    requirements="run.published_requirements",
    criteria="run.published_criteria",
)


def computed(con: duckdb.DuckDBPyConnection) -> Side:
    """Every period of the last run, as its tables show it."""
    ladder = ladder_program(con)
    return Side(
        read(con, STANDING_QUERY, STANDING, ladder=ladder, minimum=MINIMUM_METRIC),
        Facts(con, FACTS_QUERY, ladder),
        read(con, STAKES_QUERY, STAKES),
        read(con, ROWS_QUERY, ROWS),
    )


def published(con: duckdb.DuckDBPyConnection, now: Side) -> Side:
    """What the noted publications hold, under their own periods.

    Tiers and recommendations are shown as published in the run's own tables; compliance and the
    minimum follow from the published requirements; listings are not part of a publication.
    """
    ladder = ladder_program(con)
    requirements = f"select * from ({PUBLISHED_FACTS}) where kind = '{COMPLIANCE}'"
    rows = con.sql("select period, assessment from run.publications").pl()
    years = rows.filter(pl.col("assessment") == "year")["period"]
    reviews = rows.filter(pl.col("assessment") != "year")["period"]
    shown = now.standing.filter(
        pl.col("kind").eq(TIER) & pl.col("period").is_in(years.implode())
        | pl.col("kind").eq(RECOMMENDATION) & pl.col("period").is_in(reviews.implode())
    )
    judged = read(con, requirements, FACTS, ladder=ladder)
    standing = pl.concat([shown, _rolled_up(judged), _minimums(judged)])
    return Side(standing.select(list(STANDING)), Facts(con, PUBLISHED_FACTS, ladder), now.stakes)


def _rolled_up(facts: pl.DataFrame) -> pl.DataFrame:
    """The roll-up of semantics 3 over published requirements."""
    open_ones = pl.col("status").is_in(UNDECIDED)
    status = (
        pl.when((pl.col("status") == Status.NOT_MET).any())
        .then(pl.lit(Standing.NON_COMPLIANT))
        .when(open_ones.any())
        .then(pl.lit(Standing.UNDETERMINED))
        .otherwise(pl.lit(Standing.COMPLIANT))
    )
    pairs = facts.group_by("period", "partner_id", "program").agg(value=status)
    return _standing(pairs, COMPLIANCE)


def _minimums(facts: pl.DataFrame) -> pl.DataFrame:
    held = facts.filter(pl.col("metric") == MINIMUM_METRIC)
    rows = held.select("period", "partner_id", "program", "clause", value="status", figure="value")
    return _standing(rows, MINIMUM)


def _standing(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    filled = rows.with_columns(
        pl.lit(None).alias(name) for name in STANDING if name not in rows.columns
    )
    return filled.with_columns(kind=pl.lit(kind)).select(
        pl.col(name).cast(to) for name, to in STANDING.items()
    )
