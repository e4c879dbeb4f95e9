-- Companies with a counted call of each partner and month, once across the partner's apps.
select
    partner_id,
    month,
    count(distinct company_id) as active_customers
from {{ ref('int_usage__counted_calls') }}
group by partner_id, month
