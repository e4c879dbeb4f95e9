-- The pairs judged by the usage metrics of a window: those of each year, and those of a review only
-- if a requirement (not a tier) judges the metric in that review.
select
    pairs.period,
    pairs.kind,
    pairs.partner_id,
    pairs.program,
    pairs.metric,
    pairs.ends_on
from {{ judged_pairs(['average_monthly_active_customers', 'bidirectional_apps']) }} as pairs
left join (
    select distinct period, partner_id, program, metric
    from {{ ref('int_ledger__spine') }}
    where is_judged_here
) as required
    on {{ same_figure('pairs', 'required') }}
where pairs.kind = 'year' or required.metric is not null
