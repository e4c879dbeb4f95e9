-- Companies with a counted call of each partner and month, once across the apps
-- that were the partner's on the day of the call.
select
    partner_id,
    month,
    count(distinct company_id) as active_customers
from {{ ref('int_usage__call_months') }}
where outcome = 'counted'
    and partner_id is not null
group by partner_id, month
