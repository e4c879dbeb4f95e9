-- Each CRM account in the run's year: opportunities closed and won, what they brought, and whether
-- it was a customer at the year's start and still one at its end (or on the run's day).
with sold as (
    select
        account_id,
        count(*) as closed,
        count(case when is_won then 1 end) as won,
        sum(case when is_won then amount_usd end) as won_usd
    from {{ ref('int_influence__opportunities') }}
    group by account_id
)

select
    accounts.account_id,
    coalesce(sold.closed, 0) as closed,
    coalesce(sold.won, 0) as won,
    coalesce(sold.won_usd, 0) as won_usd,
    case
        when accounts.customer_since < year.starts_on
            and (accounts.churned_on is null or accounts.churned_on >= year.starts_on)
            then 1
        else 0
    end as customers,
    case
        when accounts.customer_since < year.starts_on
            and (accounts.churned_on is null or accounts.churned_on > year.ends_on)
            then 1
        else 0
    end as retained,
    -- The day on which the customer left, or by which it is known to have stayed.
    least(coalesce(accounts.churned_on, year.ends_on), year.ends_on) as settled_on
from {{ ref('stg_crm__accounts') }} as accounts
cross join {{ year_so_far() }} as year
left join sold on accounts.account_id = sold.account_id
