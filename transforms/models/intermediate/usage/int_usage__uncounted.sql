-- Calls that do not count, by app, month and cause.
select
    app_id,
    month,
    outcome as cause,
    sum(feed_rows) as feed_rows,
    sum(calls) as calls
from {{ ref('int_usage__call_months') }}
where outcome <> 'counted'
group by app_id, month, outcome
