-- ARR of each partner's end customer at the month's end and at the one before, and what the
-- difference is called (semantics 4, "Movements"). Only months in which it was not 0 throughout.
with month_ends as (
    select
        customers.partner_id,
        customers.end_customer,
        {{ month_of('customers.day') }} as month,
        customers.arr_usd,
        customers.unpriced_line
    from {{ ref('int_arr__customer_days') }} as customers
    where customers.day = {{ month_end_of('customers.day') }}
),

last_month as (
    select {{ date_from_parts('year', 12, 1) }} as month from {{ source('run', 'parameters') }}
),

-- Each month's closing is the next month's opening, whether or not that month has a line in force.
sides as (
    select
        partner_id,
        end_customer,
        month,
        cast(0 as decimal(38, 4)) as opening_usd,
        arr_usd as closing_usd,
        unpriced_line
    from month_ends
    union all
    select
        month_ends.partner_id,
        month_ends.end_customer,
        {{ add_months('month_ends.month', 1) }} as month,
        month_ends.arr_usd as opening_usd,
        cast(0 as decimal(38, 4)) as closing_usd,
        month_ends.unpriced_line
    from month_ends
    inner join last_month on {{ add_months('month_ends.month', 1) }} <= last_month.month
),

months as (
    select
        partner_id,
        end_customer,
        month,
        sum(opening_usd) as opening_usd,
        sum(closing_usd) as closing_usd,
        min(unpriced_line) as unpriced_line
    from sides
    group by partner_id, end_customer, month
),

with_past as (
    select
        *,
        min(case when closing_usd > 0 then month end) over (
            partition by partner_id, end_customer
        ) as first_month_above_zero
    from months
)

select
    partner_id,
    end_customer,
    month,
    opening_usd,
    closing_usd,
    closing_usd - opening_usd as movement_usd,
    case
        when closing_usd > opening_usd and opening_usd = 0
            then case when first_month_above_zero < month then 'reactivation' else 'new' end
        when closing_usd > opening_usd then 'expansion'
        when closing_usd < opening_usd and closing_usd = 0 then 'churn'
        when closing_usd < opening_usd then 'contraction'
    end as movement,
    unpriced_line
from with_past
