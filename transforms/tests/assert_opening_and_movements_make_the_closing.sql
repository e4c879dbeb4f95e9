-- Failing means that a partner's ARR changed in a month by more or less than its movements say:
-- some customer was lost between two month ends, or is counted twice.
with months as (
    select
        partner_id,
        month,
        arr_usd,
        coalesce(lag(arr_usd) over timeline, 0) as opening_usd,
        lag(partner_id) over timeline is null as is_first,
        lag(arr_usd) over timeline is null as is_opening_unknown,
        new + expansion + contraction + churn + reactivation as movements_usd
    from {{ ref('fct_arr_by_partner_month') }}
    window timeline as (partition by partner_id order by month)
)

select *
from months
where (is_first or not is_opening_unknown)
    and arr_usd is not null
    and (movements_usd is null or opening_usd + movements_usd <> arr_usd)
