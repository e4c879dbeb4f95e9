-- Each partner's active customers in each month with a counted call of any of its apps, to December
-- of the year; a company counts once.
select
    months.partner_id,
    months.month,
    cast(months.active_customers as bigint) as active_customers
from {{ ref('int_usage__partner_months') }} as months
inner join {{ source('run', 'parameters') }} as run
    on months.month <= {{ date_from_parts('run.year', 12, 1) }}
order by months.partner_id, months.month
