-- Failing means that a pair of the ledger is judged by a metric of resellers, apps or usage that
-- was computed for it not at all, or more than once.
with computed as (
    select period, partner_id, program, metric from {{ ref('int_reseller__metrics') }}
    union all
    select period, partner_id, program, metric from {{ ref('int_apps__metrics') }}
    union all
    select period, partner_id, program, metric from {{ ref('int_usage__metrics') }}
),

due as (
    select period, partner_id, program, metric
    from {{ judged_pairs([
        'arr_usd', 'orders_without_executed_form', 'reports_received', 'forecast_quarters',
        'listed_apps', 'apps_not_validated', 'apps_without_enablement', 'apps_listing_incomplete',
        'contact_answered_share'
    ]) }} as pairs
    union all
    select period, partner_id, program, metric from {{ ref('int_usage__judged') }}
)

select
    {{ figure_key('due') }},
    count(computed.period) as figures
from due
left join computed
    on {{ same_figure('due', 'computed') }}
group by due.period, due.partner_id, due.program, due.metric
having count(computed.period) <> 1
