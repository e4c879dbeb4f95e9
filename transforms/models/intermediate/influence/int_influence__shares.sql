-- Won amounts divided among the partners that share the account: in equal parts, with the remainder
-- for those who were there first, so that no dollar is attributed twice and none is lost.
with won as (
    select
        opportunities.opportunity_id,
        mapped.partner_id,
        opportunities.amount_usd,
        {{ as_whole('opportunities.amount_usd', 10000) }} as whole,
        count(*) over (partition by opportunities.opportunity_id) as partners,
        row_number() over (
            partition by opportunities.opportunity_id
            order by mapped.first_seen_on asc nulls last, mapped.partner_id asc
        ) as place
    from {{ ref('int_influence__opportunities') }} as opportunities
    inner join {{ ref('int_mapping__accounts') }} as mapped
        on opportunities.account_id = mapped.account_id
        -- Nobody influenced an opportunity that closed before the overlap was seen.
        and mapped.first_seen_on <= opportunities.closed_on
    where opportunities.is_won and opportunities.amount_usd is not null
)

select
    opportunity_id,
    partner_id,
    amount_usd,
    cast({{ from_ten_thousandths(
        "(case when whole < 0 then -1 else 1 end) * ("
        ~ whole_quotient("abs(whole)", "partners") ~ " + case when place <= abs(whole) % partners then 1 else 0 end)"
    ) }} as decimal(18, 4)) as share_usd
from won
