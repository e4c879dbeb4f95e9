{{ config(meta={'by_month': 'int_usage__call_months'}) }}
-- Each launched app's active customers and calls in each month with a counted call, to December of
-- the year (semantics 4, "Apps").
select
    calls.app_id,
    calls.month,
    cast(count(distinct calls.company_id) as bigint) as active_customers,
    cast(sum(calls.calls_read) as bigint) as calls_read,
    cast(sum(calls.calls_write) as bigint) as calls_write
from {{ ref('int_usage__call_months') }} as calls
inner join {{ source('run', 'parameters') }} as run
    on calls.month <= {{ date_from_parts('run.year', 12, 1) }}
where calls.outcome = 'counted'
group by calls.app_id, calls.month
order by calls.app_id, calls.month
