-- Every threshold for a partner's usage or ARR at the year's end: those of the ladder, at the rung
-- that first states each, and minimums.
select
    rows.partner_id, tiers.program, rows.tier, rows.criterion as id, rows.clause, rules.metric,
    metrics.unit, rows.threshold, cast(null as decimal(38, 4)) as on_hand, tiers.tier_rank
from marts.fct_tier_eligibility as rows
inner join policy.tiers as tiers using (tier)
inner join policy.tier_criteria as rules
    on rules.tier = rows.tier and rules.criterion = rows.criterion and not rules.inherited
inner join policy.metrics as metrics on metrics.metric = rules.metric
where rows.year = $year and rules.metric = 'average_monthly_active_customers'
    and rows.threshold is not null
union all
select
    results.partner_id, results.program, null, results.requirement, results.clause, results.metric,
    metrics.unit, results.threshold, results.value, 0
from marts.fct_requirement_results as results
inner join policy.metrics as metrics on metrics.metric = results.metric
where results.period = cast($year as varchar) and results.metric = 'arr_usd'
    and results.status <> 'not_applicable' and results.threshold is not null
order by partner_id, metric, tier_rank
