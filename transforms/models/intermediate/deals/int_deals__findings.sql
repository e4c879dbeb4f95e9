-- What a person should look at in deal registration: events that change nothing, and direct
-- opportunities inside a protected span (DEAL-EXTENSION, DEAL-PERIOD, DEAL-PROTECTION).
select
    'deal_registration' as source,
    'registration_events' as entity,
    registration_id || '/' || event || '/' || cast(from_at as string) as key,
    effect as finding,
    event || ' on ' || {{ day_text('occurred_on') }} || ' changes nothing: '
    || case effect
        when 'second_extension' then 'the deal was extended before'
        when 'late_extension'
            then 'neither granted nor asked for by ' || {{ day_text('expires_on') }}
        when 'extended_without_approval' then 'the deal was never approved'
        when 'closed_without_approval' then 'the deal was never approved'
        when 'closed_after_expiry' then 'the approval expired on ' || {{ day_text('expires_on') }}
        when 'after_expiry' then 'the approval expired on ' || {{ day_text('expires_on') }}
        when 'approved_again' then 'the deal was approved on ' || {{ day_text('approved_on') }}
        else 'the deal was ' || state || ' on ' || {{ day_text('ended_on') }}
    end as detail
from {{ ref('int_deals__timeline') }}
where effect not in ('counts', 'noted')
union all
select
    'crm' as source,
    'opportunities' as entity,
    direct.opportunity_id as key,
    'direct_on_protected_account' as finding,
    'created on ' || {{ day_text('direct.created_on') }} || ' on ' || protected.end_customer_id
    || ', which registration ' || protected.registration_id || ' protects from '
    || {{ day_text('protected.protected_from') }}
    || coalesce(' to ' || {{ day_text('protected.protected_to') }}, '') as detail
from {{ ref('fct_protected_accounts') }} as protected
inner join {{ ref('int_deals__direct') }} as direct
    on protected.registration_id = direct.registration_id
    and direct.match = 'same'
    and direct.created_on >= protected.protected_from
    and (protected.protected_to is null or direct.created_on <= protected.protected_to)
