"""The measured facts of one year, for judging by other thresholds.

Belongs here: one frame of values with the thresholds they were judged by, read once.
Does not: judging them (scoring.whatif.judge).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from scoring.assumed import Assumed, assumed_by_rule, each_once
from scoring.inputs import read, tier_rules
from scoring.ladder import FIGURE, TierRules
from scoring.published_frames import PolarsType
from scoring.rungs import ladder_program

RULE_SCHEMA: dict[str, PolarsType] = {
    "partner_id": pl.String,
    "program": pl.String,
    "tier": pl.String,
    "id": pl.String,
    "strength": pl.String,
    "metric": pl.String,
    "comparator": pl.String,
    "threshold_parameter": pl.String,
    "threshold": FIGURE,
    "by_policy": pl.Boolean,
    "fixed_status": pl.String,
    "value": FIGURE,
    "value_high": FIGURE,
    "waived": pl.Boolean,
    "doubts_met": pl.Boolean,
    "doubts_not_met": pl.Boolean,
    "clause": pl.String,
}
BESIDE_SCHEMA: dict[str, PolarsType] = {
    "partner_id": pl.String,
    "name": pl.String,
    "arr_usd": pl.Decimal(18, 4),
    "monthly_active_customers": FIGURE,
}
PAIRS_SCHEMA: dict[str, PolarsType] = {"partner_id": pl.String, "program": pl.String}


@dataclass(frozen=True)
class Facts:
    """Year Y as measured.

    `rules` RULE_SCHEMA: one row per requirement of each pair (tier null) and per criterion of each
    rung; `fixed_status` where no threshold could change the answer; `by_policy` false where the
    partner's own agreement or what was expected set the threshold; `doubts_met` and
    `doubts_not_met` where a row that could not be read may undo that answer. `pairs` the ledger of
    the year; `beside` what is shown beside a partner; `ladder` the rules and its program; `assumed`
    the unconfirmed values that the rules rest on.
    """

    year: int
    last_day: date
    program: str | None
    rules: pl.DataFrame
    pairs: pl.DataFrame
    beside: pl.DataFrame
    ladder: TierRules
    assumed: tuple[Assumed, ...] = ()


# The answers that unread rows may undo, whatever the threshold.
DOUBTS = """
    select period, partner_id, program, tier, requirement,
        bool_or(status = 'met') as met, bool_or(status = 'not_met') as not_met
    from intermediate.int_ledger__in_doubt group by all
"""
REQUIREMENTS = f"""
    select judged.partner_id, judged.program, null as tier, judged.requirement as id,
        judged.strength, judged.metric, judged.comparator, judged.threshold_parameter,
        judged.threshold,
        judged.threshold_source = 'policy' and not judged.threshold_expected as by_policy,
        case when judged.judged_status = 'not_applicable' or judged.metric_status is not null
                or judged.threshold_conflict is not null or judged.grace_conflict is not null
                or judged.value is null or judged.threshold is null
            then judged.judged_status end as fixed_status,
        judged.value, judged.value_high, waivers.waiver_id is not null as waived,
        coalesce(doubts.met, false) as doubts_met,
        coalesce(doubts.not_met, false) as doubts_not_met, judged.clause
    from intermediate.int_ledger__judged as judged
    left join ({DOUBTS}) as doubts
        on doubts.period = judged.period and doubts.partner_id = judged.partner_id
        and doubts.program = judged.program and doubts.requirement = judged.requirement
        and doubts.tier is null
    left join intermediate.int_ledger__waivers as waivers
        on waivers.period = judged.period and waivers.partner_id = judged.partner_id
        and waivers.program = judged.program and waivers.requirement = judged.requirement
    where judged.period = $period
"""
# A criterion that the roll-up decides has no metric of its own here: it is judged again from the
# requirements.
CRITERIA = f"""
    select rows.partner_id, $program as program, rows.tier, rows.criterion as id,
        'must' as strength, rules.metric, rules.comparator, rules.threshold_parameter,
        rows.threshold, own.parameter is null as by_policy,
        case when own.conflict then 'needs_review'
            when rules.metric = 'program_compliance' then null
            when measured.status is not null then measured.status
            when measured.value is null then 'no_evidence'
            when rows.threshold is null then 'needs_review' end as fixed_status,
        measured.value, measured.value_high,
        waivers.waiver_id is not null and rules.metric <> 'invitation' as waived,
        coalesce(doubts.met, false) as doubts_met,
        coalesce(doubts.not_met, false) as doubts_not_met, rows.clause
    from marts.fct_tier_eligibility as rows
    inner join policy.tier_criteria as rules
        on rules.tier = rows.tier and rules.criterion = rows.criterion
    left join intermediate.int_metrics__values as measured
        on measured.period = $period and measured.partner_id = rows.partner_id
        and measured.program = $program and measured.metric = rules.metric
    left join intermediate.int_policy__partner_values as own
        on own.period = $period and own.partner_id = rows.partner_id
        and own.parameter = rules.threshold_parameter
    left join intermediate.int_ledger__waivers as waivers
        on waivers.period = $period and waivers.partner_id = rows.partner_id
        and waivers.program = $program and waivers.requirement = rows.criterion
    left join ({DOUBTS}) as doubts
        on doubts.period = $period and doubts.partner_id = rows.partner_id
        and doubts.program = $program and doubts.requirement = rows.criterion
        and doubts.tier = rows.tier
    where rows.year = $year
"""
BESIDE = """
    select partners.partner_id, partners.name, arr.arr_usd,
        (select max(measured.value) from intermediate.int_metrics__values as measured
            where measured.period = $period and measured.partner_id = partners.partner_id
                and measured.metric = 'average_monthly_active_customers')
            as monthly_active_customers
    from marts.dim_partners as partners
    left join marts.fct_arr_by_partner_year as arr
        on arr.partner_id = partners.partner_id and arr.year = $year
"""


def measured(con: duckdb.DuckDBPyConnection, year: int) -> Facts:
    """The facts of `year` from a finished run; a year that was not computed has no pairs."""
    period, program = str(year), ladder_program(con)
    rules = [read(con, REQUIREMENTS, RULE_SCHEMA, period=period)]
    if program:
        parameters = {"period": period, "year": year, "program": program}
        rules.append(read(con, CRITERIA, RULE_SCHEMA, **parameters))
    pairs = "select partner_id, program from intermediate.int_ledger__pairs where period = $period"
    return Facts(
        year=year,
        last_day=date(year, 12, 31),
        program=program,
        rules=pl.concat(rules),
        pairs=read(con, pairs, PAIRS_SCHEMA, period=period),
        beside=read(con, BESIDE, BESIDE_SCHEMA, period=period, year=year),
        ladder=tier_rules(con, program or ""),
        assumed=tuple(each_once(assumed_by_rule(con).values())),
    )
