"""What decisions of a period rest on besides facts and confirmed rules: placeholders, reported
values and waivers.

Belongs here: which results would have to be judged again if a placeholder or a reported value
turned out to be another number, and which a person's waiver carries. Does not: what stops a
publication (scoring/ledger).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from scoring.rows import Row, fetch
from scoring.vocabulary import Certainty

# A result rests on an unconfirmed value that is its threshold, or that the computation of its
# metric reads under the program's name or without one. A criterion of a tier likewise.
UNCONFIRMED = """
    with judged as (
        select results.partner_id, results.program, results.requirement as rule, results.metric,
            requirements.threshold_parameter, false as is_tier
        from marts.fct_requirement_results as results
        inner join policy.requirements as requirements
            on results.program = requirements.program
            and results.requirement = requirements.requirement
        where results.period = $period
            and ($program is null or results.program = $program)
        union all
        select distinct eligibility.partner_id, tiers.program, eligibility.criterion,
            criteria.metric, criteria.threshold_parameter, true
        from marts.fct_tier_eligibility as eligibility
        inner join policy.tier_criteria as criteria using (tier, criterion)
        inner join policy.tiers as tiers using (tier)
        where cast(eligibility.year as varchar) = $period
            and ($program is null or tiers.program = $program)
    ),
    rests as (
        select judged.*, judged.threshold_parameter as parameter from judged
        union
        select judged.*, case when uses.scoped then judged.program || '.' || uses.parameter
            else uses.parameter end
        from judged inner join intermediate.int_policy__metric_parameters as uses using (metric)
    )
    select
        parameters.parameter,
        parameters.label,
        parameters.status,
        parameters.reported_by,
        parameters.read_on,
        values.value,
        parameters.clause,
        count(distinct rests.partner_id) as partners,
        count(distinct (rests.partner_id, rests.program, rests.rule))
            filter (not rests.is_tier) as results,
        count(distinct (rests.partner_id, rests.rule)) filter (rests.is_tier) as criteria,
        list(distinct rests.rule order by rests.rule) as rules
    from rests
    inner join policy.parameters as parameters using (parameter)
    left join intermediate.int_policy__values as values
        on values.parameter = parameters.parameter and values.period = $period
    where parameters.status in ('placeholder', 'reported')
    group by all
    order by parameters.parameter
"""
WAIVERS = """
    with waived as (
        select partner_id, program, requirement, underlying_status
        from marts.fct_requirement_results
        where period = $period and status = 'waived'
        union all
        select distinct eligibility.partner_id, tiers.program, eligibility.criterion, null
        from marts.fct_tier_eligibility as eligibility
        inner join policy.tiers as tiers using (tier)
        where cast(eligibility.year as varchar) = $period and eligibility.status = 'waived'
    )
    select waived.partner_id, waived.program, waived.requirement as waived,
        waived.underlying_status, waivers.waiver_id, waivers.granted_by, waivers.valid_to,
        waivers.reason
    from waived
    left join intermediate.int_ledger__waivers as applied
        on applied.period = $period
        and waived.partner_id = applied.partner_id
        and waived.program = applied.program
        and waived.requirement = applied.requirement
    left join staging.stg_decisions__waivers as waivers on applied.waiver_id = waivers.waiver_id
    where $program is null or waived.program = $program
    order by waived.partner_id, waived.program, waived.requirement
"""


PERIODS = "select distinct period from marts.fct_requirement_results order by period"


class NoSuchPeriod(ValueError):
    """The warehouse holds nothing of a period that was asked for; the message lists what it has."""


@dataclass(frozen=True)
class Assumptions:
    """placeholders, reported: one row per parameter with what rests on it, a reported one with who
    read it and when; waivers: one row per waived rule."""

    placeholders: list[Row]
    reported: list[Row]
    waivers: list[Row]


def require_period(con: duckdb.DuckDBPyConnection, period: str) -> None:
    """Raises NoSuchPeriod where the warehouse holds no results of `period`."""
    known = [row["period"] for row in fetch(con, PERIODS)]
    if period not in known:
        raise NoSuchPeriod(f"no results of {period!r}; there are: {', '.join(known) or 'none yet'}")


def assumptions(
    con: duckdb.DuckDBPyConnection, period: str, program: str | None = None
) -> Assumptions:
    """What the decisions of `period` (`2025`, `2025-H1`) rest on, in one program or in all; empty
    lists when nothing."""
    unconfirmed = fetch(con, UNCONFIRMED, period=period, program=program)
    return Assumptions(
        placeholders=[row for row in unconfirmed if row["status"] == Certainty.PLACEHOLDER],
        reported=[row for row in unconfirmed if row["status"] == Certainty.REPORTED],
        waivers=fetch(con, WAIVERS, period=period, program=program),
    )


RESTING = """
    with used as (
        select results.partner_id, results.program, results.metric,
            rules.threshold_parameter, rules.first_judged_after, false as is_tier
        from marts.fct_requirement_results as results
        inner join policy.requirements as rules using (program, requirement)
        where results.period = $period and results.strength = 'must'
        union all
        select eligibility.partner_id, tiers.program, criteria.metric,
            criteria.threshold_parameter, null, true
        from marts.fct_tier_eligibility as eligibility
        inner join policy.tier_criteria as criteria using (tier, criterion)
        inner join policy.tiers as tiers using (tier)
        where cast(eligibility.year as varchar) = $period
    ),
    rests as (
        select *, threshold_parameter as parameter from used
        union all
        select *, first_judged_after from used where first_judged_after is not null
        union all
        select used.*, case when uses.scoped then used.program || '.' || uses.parameter
            else uses.parameter end
        from used inner join intermediate.int_policy__metric_parameters as uses using (metric)
    )
    select
        count(distinct (rests.partner_id, rests.program)) filter (not rests.is_tier)
            as memberships,
        count(distinct rests.partner_id) filter (rests.is_tier) as tiers
    from rests
    inner join policy.parameters as parameters using (parameter)
    where parameters.status in ('placeholder', 'reported')
"""


def resting(con: duckdb.DuckDBPyConnection, period: str) -> Row:
    """How many `memberships` and `tiers` of a period rest on values that nobody has confirmed."""
    return fetch(con, RESTING, period=period)[0]
