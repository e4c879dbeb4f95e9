-- What each account that overlaps with a partner did in the run's year, as far as the overlap came
-- first: an opportunity counts if the overlap was first seen on or before its close, a customer if
-- it was seen before the customer left or the year ended. `counts` marks the accounts that may be
-- compared with the others.
with sold as (
    select
        mapped.partner_id,
        mapped.account_id,
        count(*) as closed,
        count(case when opportunities.is_won then 1 end) as won,
        sum(case when opportunities.is_won then opportunities.amount_usd end) as won_usd
    from {{ ref('int_mapping__accounts') }} as mapped
    inner join {{ ref('int_influence__opportunities') }} as opportunities
        on mapped.account_id = opportunities.account_id
        and mapped.first_seen_on <= opportunities.closed_on
    group by mapped.partner_id, mapped.account_id
)

select
    mapped.partner_id,
    mapped.account_id,
    coalesce(sold.closed, 0) as closed,
    coalesce(sold.won, 0) as won,
    coalesce(sold.won_usd, 0) as won_usd,
    case when mapped.first_seen_on <= accounts.settled_on then accounts.customers else 0 end
        as customers,
    case when mapped.first_seen_on <= accounts.settled_on then accounts.retained else 0 end
        as retained,
    case
        when sold.closed > 0 then 1
        -- All the account's opportunities of the year closed before the overlap was seen.
        when accounts.closed > 0 then 0
        when mapped.first_seen_on <= accounts.settled_on then 1
        else 0
    end as counts
from {{ ref('int_mapping__accounts') }} as mapped
inner join {{ ref('int_influence__accounts') }} as accounts
    on mapped.account_id = accounts.account_id
left join sold
    on mapped.partner_id = sold.partner_id
    and mapped.account_id = sold.account_id
