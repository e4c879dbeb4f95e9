-- Shared accounts on which one side can help the other sell (BEN-ACCOUNT-MAPPING): one row for each
-- partner and account with the strongest reason. A candidate is a talk to have, never a figure.
with reasons as (
    select
        *,
        case
            {%- for ours, theirs, reason in [
                ('is_our_opportunity', 'is_their_customer', 'partner_advances_our_deal'),
                ('is_our_customer', 'is_their_opportunity', 'we_advance_their_deal'),
                ('is_our_opportunity', 'is_their_opportunity', 'both_selling'),
                ('is_our_prospect', 'is_their_customer', 'partner_opens_the_door'),
                ('is_our_customer', 'is_their_prospect', 'we_open_the_door'),
                ('is_our_customer', 'is_their_customer', 'joint_customer'),
            ] %}
            when coalesce({{ ours }}, false) and coalesce({{ theirs }}, false) then '{{ reason }}'
            {%- endfor %}
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
