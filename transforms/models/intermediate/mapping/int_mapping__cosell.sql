-- Shared accounts on which one side can help the other sell (BEN-ACCOUNT-MAPPING): one row for each
-- partner and account with the strongest reason. A candidate is a talk to have, never a figure.
with reasons as (
    select
        *,
        case
            when coalesce(is_our_opportunity, false) and coalesce(is_their_customer, false)
                then 'partner_advances_our_deal'
            when coalesce(is_our_customer, false) and coalesce(is_their_opportunity, false)
                then 'we_advance_their_deal'
            when coalesce(is_our_opportunity, false) and coalesce(is_their_opportunity, false)
                then 'both_selling'
            when coalesce(is_our_prospect, false) and coalesce(is_their_customer, false)
                then 'partner_opens_the_door'
            when coalesce(is_our_customer, false) and coalesce(is_their_prospect, false)
                then 'we_open_the_door'
            when coalesce(is_our_customer, false) and coalesce(is_their_customer, false)
                then 'joint_customer'
        end as reason
    from {{ ref('int_mapping__accounts') }}
),

open_deals as (
    select
        opportunities.account_id,
        count(*) as open_opportunities
    from {{ ref('stg_crm__opportunities') }} as opportunities
    cross join {{ source('run', 'parameters') }} as run
    where opportunities.created_on <= run.as_of
        and (opportunities.closed_on is null or opportunities.closed_on > run.as_of)
    group by opportunities.account_id
)

select
    reasons.partner_id,
    reasons.account_id,
    accounts.name as account_name,
    reasons.reason,
    coalesce(open_deals.open_opportunities, 0) as open_opportunities,
    reasons.first_seen_on,
    reasons.last_seen_on
from reasons
inner join {{ ref('stg_crm__accounts') }} as accounts
    on reasons.account_id = accounts.account_id
left join open_deals on reasons.account_id = open_deals.account_id
where reasons.reason is not null
