-- Failing means that a partner's ARR on a day is not the sum over its end customers.
with customers as (
    select
        partner_id,
        day,
        sum(arr_usd) as arr_usd
    from {{ ref('int_arr__customer_days') }}
    group by partner_id, day
)

select
    partners.partner_id,
    partners.day,
    partners.arr_usd,
    customers.arr_usd as customers_usd
from {{ ref('int_arr__partner_days') }} as partners
left join customers
    on partners.partner_id = customers.partner_id
    and partners.day = customers.day
where partners.unpriced_line is null
    and partners.arr_usd is distinct from coalesce(customers.arr_usd, 0)
