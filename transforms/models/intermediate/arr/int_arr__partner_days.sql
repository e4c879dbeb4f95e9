-- ARR of each partner with lines on each day asked for; null, naming the line, where a line in
-- force has no rate.
with partners as (
    select distinct partner_id from {{ ref('int_arr__lines') }}
)

select
    partners.partner_id,
    days.day,
    case
        when min(customers.unpriced_line) is null then coalesce(sum(customers.arr_usd), 0)
    end as arr_usd,
    -- Without the lines in doubt.
    case
        when min(customers.unpriced_line) is null then coalesce(sum(customers.sure_usd), 0)
    end as sure_usd,
    min(customers.unpriced_line) as unpriced_line
from partners
cross join {{ ref('int_arr__days') }} as days
left join {{ ref('int_arr__customer_days') }} as customers
    on partners.partner_id = customers.partner_id
    and days.day = customers.day
group by partners.partner_id, days.day
