{{ config(meta={'by_month': 'int_usage__call_months'}) }}
-- Counted calls of each (app, company, month), with the app's partner.
select
    apps.partner_id,
    calls.app_id,
    calls.company_id,
    calls.month,
    sum(calls.calls) as calls,
    sum(calls.calls_read) as calls_read,
    sum(calls.calls_write) as calls_write
from {{ ref('int_usage__call_months') }} as calls
inner join {{ ref('int_apps__launches') }} as apps
    on calls.app_id = apps.app_id
where calls.outcome = 'counted'
group by apps.partner_id, calls.app_id, calls.company_id, calls.month
