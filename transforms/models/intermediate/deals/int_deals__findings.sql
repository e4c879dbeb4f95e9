-- What a person should look at in deal registration: events that change nothing, direct
-- opportunities inside a protected span (DEAL-EXTENSION, DEAL-PERIOD, DEAL-PROTECTION), domains
-- that identify nobody, and names that may be spellings of one name (semantics 7).
with of_many as (
    select distinct domain_of_many as domain, name
    from {{ ref('int_deals__customers') }}
    where domain_of_many is not null
)

select
    'deal_registration' as source,
    'registrations' as entity,
    domain as key,
    'domain_of_many' as finding,
    cast(count(*) as string) || ' unlike names share it, so that it names no company: '
    || {{ joined('name', 'name') }} as detail
from of_many
group by domain
union all
select
    'deal_registration' as source,
    'registrations' as entity,
    registration_id || '/' || other_id as key,
    'near_names' as finding,
    coalesce(customer_name, '') || ' (' || {{ place_text('_file', '_row', '_cell') }} || ') and '
    || coalesce(other_name, '') || ' of ' || other_kind || ' ' || other_id || ' ('
    || {{ place_text('other_file', 'other_row', 'other_cell') }}
    || ') may be two spellings of one customer: alike to '
    || cast(cast(floor(likeness) as bigint) as string) || ' of 100' as detail
from {{ ref('int_deals__near_names') }}
union all
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
    on {{ is_on_protected('direct', 'protected') }}
