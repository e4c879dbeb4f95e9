"""What a person wants to know after a run: what changed, what needs them, where the results are.

Belongs here: counts and short lists read from the warehouse.
Does not: judging, drawing, or the run itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

import duckdb

from scoring.rows import Row, fetch, fetch_one

QUERIES = {
    "tiers": """
        select tiers.tier, count(rows.partner_id) as partners,
            count(*) filter (where rows.movement = 'up') as up,
            count(*) filter (where rows.movement = 'down') as down,
            count(*) filter (where rows.movement = 'first') as first,
            count(*) filter (where rows.undetermined) as undetermined
        from policy.tiers as tiers
        left join decisions.tier_assignments as rows
            on rows.tier = tiers.tier and rows.tier_year = $year + 1
        group by tiers.tier, tiers.tier_rank order by tiers.tier_rank desc""",
    "moves": """
        select rows.partner_id, partners.name, rows.previous_tier, rows.tier, rows.movement,
            rows.binding_criterion
        from decisions.tier_assignments as rows
        left join marts.dim_partners as partners using (partner_id)
        where rows.tier_year = $year + 1 and rows.movement in ('up', 'down')
        order by rows.movement, rows.partner_id""",
    "reviews": """
        select review, program, count(*) filter (where outcome = 'compliant') as compliant,
            count(*) filter (where outcome = 'non_compliant') as non_compliant,
            count(*) filter (where outcome = 'undetermined') as undetermined,
            count(*) filter (where recommended_action = 'end_status') as end_recommended
        from decisions.governance_reviews
        inner join intermediate.int_periods as periods on periods.period = review
        where periods.year = $year
        group by review, program order by review, program""",
    "undetermined_tiers": """
        select rows.partner_id, partners.name, rows.tier_low, rows.tier_high, rows.smallest_change
        from decisions.tier_assignments as rows
        left join marts.dim_partners as partners using (partner_id)
        where rows.tier_year = $year + 1 and rows.undetermined order by rows.partner_id""",
    "needs_review": """
        select rows.partner_id, partners.name, rows.program, rows.requirement, rows.clause,
            rows.reason
        from marts.fct_requirement_results as rows
        left join marts.dim_partners as partners using (partner_id)
        where rows.period = $period and rows.status = 'needs_review'
        order by rows.partner_id, rows.program, rows.requirement""",
    "refused": """
        select deliveries.source, deliveries.entity, deliveries.file,
            arg_min(quarantine.message, coalesce(quarantine."row", 0)) as message
        from landing.deliveries as deliveries
        left join landing.quarantine as quarantine using (delivery_id)
        where deliveries.status = 'refused'
        group by all order by deliveries.source, deliveries.entity, deliveries.file""",
    "quarantined": """
        select source, entity, file, rows_quarantined as rows from landing.deliveries
        where rows_quarantined > 0 and status <> 'refused' order by source, entity, file""",
    "conflicts": """
        select partner_id, parameter, min(conflict_reason) as reason
        from intermediate.int_policy__partner_values where conflict
        group by partner_id, parameter order by partner_id, parameter""",
    "findings": """
        select source, entity, finding, count(*) as rows from marts.fct_findings
        group by source, entity, finding order by source, entity, finding""",
    "control_totals": """
        select totals.partner_id, totals.period, totals.measure, totals.source,
            case when totals.partner_id is null then 'all partners' else partners.name end as name,
            totals.stated, totals.ours, totals.difference, totals.tolerance, totals.status,
            totals.reason
        from marts.fct_control_totals as totals
        left join marts.dim_partners as partners using (partner_id)
        order by case totals.status when 'differs' then 1 when 'in_doubt' then 2
                when 'not_computed' then 3 else 4 end,
            totals.period, totals.measure, totals.partner_id nulls first, totals.source""",
    "unconfirmed": """
        select count(*) filter (status = 'placeholder') as placeholders,
            count(*) filter (status = 'reported') as reported from policy.parameters""",
}


@dataclass(frozen=True)
class Summary:
    """Counts and lists of one run; every list is complete here and cut only when printed."""

    year: int
    last_period: str
    as_of: date | None
    known_at: datetime | None
    policy_set: str
    policy_version: str
    partners: int
    deliveries: dict[str, int]
    tiers: list[Row]
    moves: list[Row]
    reviews: list[Row]
    undetermined_tiers: list[Row]
    needs_review: list[Row]
    refused: list[Row]
    quarantined: list[Row]
    conflicts: list[Row]
    findings: list[Row]
    control_totals: list[Row]
    placeholders: int
    reported: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values, dates as ISO text."""
        content = asdict(self)
        for name in ("as_of", "known_at"):
            content[name] = content[name].isoformat() if content[name] else None
        return content


def summarise(con: duckdb.DuckDBPyConnection, period: str | None = None) -> Summary:
    """The summary of the warehouse's last run, or of one of its periods; needs marts and decisions
    to be built."""
    parameters = fetch_one(con, "from run.parameters") or {}
    if period is not None:
        parameters |= {"year": int(period.split("-")[0]), "last_period": period}
    parameters_of = {"year": parameters["year"], "period": parameters["last_period"]}
    answers = {name: fetch(con, query, **parameters_of) for name, query in QUERIES.items()}
    unconfirmed = answers.pop("unconfirmed")[0]
    deliveries = fetch(
        con, "select status, count(*) as files from landing.deliveries group by 1 order by 1"
    )
    partners = fetch(con, "select partner_id from marts.dim_partners")
    named = {
        name: parameters[name]
        for name in ("year", "last_period", "as_of", "known_at", "policy_set", "policy_version")
    }
    return Summary(
        **cast(Any, named),
        partners=len(partners),
        deliveries={row["status"]: row["files"] for row in deliveries},
        **cast(Any, unconfirmed),
        **cast(Any, answers),
    )
