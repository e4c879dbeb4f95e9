-- Direct opportunities of the vendor on the end customer of each registration, created by the run's
-- day; `match`: the same customer, or a possible one (DEAL-NOT-DIRECT, DEAL-PROTECTION).
with registrations as (
    select id, same_key, name
    from {{ ref('int_deals__customers') }}
    where kind = 'registration'
),

accounts as (
    select id, same_key, name
    from {{ ref('int_deals__customers') }}
    where kind = 'account'
)

select
    registrations.registration_id,
    matches.match,
    opportunities.opportunity_id,
    opportunities.account_id,
    opportunities.created_on,
    opportunities.closed_on,
    opportunities.created_on <= registrations.submitted_on
    and (
        opportunities.closed_on is null or opportunities.closed_on >= registrations.submitted_on
    ) as is_pursued,
    {{ place_columns('opportunities') }}
from {{ ref('int_deals__registrations') }} as registrations
inner join {{ customer_matches('registrations', 'accounts') }} as matches
    on registrations.registration_id = matches.left_id
inner join {{ ref('stg_crm__opportunities') }} as opportunities
    on matches.right_id = opportunities.account_id
    and opportunities.channel = 'direct'
    and opportunities.created_on <= registrations.as_of
