-- The pairs judged by the usage metrics of a window: each year's, and a review's only where a
-- requirement (not a tier) asks for the metric.
select
    pairs.period,
    pairs.kind,
    pairs.partner_id,
    pairs.program,
    pairs.metric,
    pairs.ends_on
from {{ judged_pairs(['average_monthly_active_customers', 'bidirectional_apps']) }} as pairs
left join (
    select distinct program, metric from {{ source('policy', 'requirements') }}
) as required
    on pairs.program = required.program
    and pairs.metric = required.metric
where pairs.kind = 'year' or required.metric is not null
