"""What a period's decisions depend on besides facts and confirmed rules: placeholders, reported
values and waivers.

Belongs here: which results would have to be judged again if a placeholder or a reported value
turned out to be wrong, and which depend on a waiver. Does not: what stops a publication
(scoring/ledger).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from scoring.rows import Row, fetch
from scoring.vocabulary import Certainty

UNCONFIRMED = """
    with judged as (
        select partner_id, program, requirement as rule, cast(null as varchar) as tier
        from marts.fct_requirement_results
        where period = $period and ($program is null or program = $program)
        union all
        select distinct eligibility.partner_id, tiers.program, eligibility.criterion,
            eligibility.tier
        from marts.fct_tier_eligibility as eligibility
        inner join policy.tiers as tiers using (tier)
        where cast(eligibility.year as varchar) = $period
            and ($program is null or tiers.program = $program)
    )
    select
        parameters.parameter,
        parameters.label,
        parameters.status,
        parameters.reported_by,
        parameters.read_on,
        values.value,
        parameters.clause,
        count(distinct judged.partner_id) as partners,
        count(distinct (judged.partner_id, judged.program, judged.rule))
            filter (judged.tier is null) as results,
        count(distinct (judged.partner_id, judged.rule))
            filter (judged.tier is not null) as criteria,
        list(distinct judged.rule order by judged.rule) as rules
    from judged
    inner join intermediate.int_policy__assumed as rests
        on judged.program = rests.program and judged.rule = rests.rule
        and judged.tier is not distinct from rests.tier
    inner join policy.parameters as parameters using (parameter)
    left join intermediate.int_policy__values as values
        on values.parameter = parameters.parameter and values.period = $period
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
    """The warehouse has nothing for the requested period; the message lists what it has."""


@dataclass(frozen=True)
class Assumptions:
    """placeholders, reported: one row per parameter with what depends on it, a reported one with
    who read it and when; waivers: one row per waived rule."""

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
    """What the decisions of `period` (`2025`, `2025-H1`) depend on, in one program or in all; empty
    lists when there is nothing."""
    unconfirmed = fetch(con, UNCONFIRMED, period=period, program=program)
    return Assumptions(
        placeholders=[row for row in unconfirmed if row["status"] == Certainty.PLACEHOLDER],
        reported=[row for row in unconfirmed if row["status"] == Certainty.REPORTED],
        waivers=fetch(con, WAIVERS, period=period, program=program),
    )


RESTING = """
    with used as (
        select partner_id, program, requirement as rule, cast(null as varchar) as tier
        from marts.fct_requirement_results
        where period = $period and strength = 'must'
        union all
        select eligibility.partner_id, tiers.program, eligibility.criterion, eligibility.tier
        from marts.fct_tier_eligibility as eligibility
        inner join policy.tiers as tiers using (tier)
        where cast(eligibility.year as varchar) = $period
    )
    select
        count(distinct (used.partner_id, used.program)) filter (used.tier is null) as memberships,
        count(distinct used.partner_id) filter (used.tier is not null) as tiers
    from used
    inner join intermediate.int_policy__assumed as rests
        on used.program = rests.program and used.rule = rests.rule
        and used.tier is not distinct from rests.tier
"""


def resting(con: duckdb.DuckDBPyConnection, period: str) -> Row:
    """How many `memberships` and `tiers` of a period depend on values that nobody has confirmed."""
    return fetch(con, RESTING, period=period)[0]
