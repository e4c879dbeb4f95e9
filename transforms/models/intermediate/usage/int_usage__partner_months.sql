-- Companies with a counted call of each partner and month, once across the partner's apps.
select
    apps.partner_id,
    calls.month,
    count(distinct calls.company_id) as active_customers
from {{ ref('int_usage__call_months') }} as calls
inner join {{ ref('int_apps__launches') }} as apps
    on calls.app_id = apps.app_id
where calls.outcome = 'counted'
group by apps.partner_id, calls.month
