-- What a person should look at where somebody or something moved: successions that lead back to
-- themselves, apps that passed to another partner without a stated day, contacts of one id that may
-- be several people.
with stints as (
    select
        stints.*,
        lead(name) over (
            partition by contact_id
            order by active_from asc, active_to asc nulls last, partner_id asc
        ) as next_name
    from {{ ref('int_people__stints') }} as stints
)

select
    'partner_activity' as source,
    'partner_successions' as entity,
    partner_id as key,
    'succession_ring' as finding,
    'became one with ' || successor_id || ' on ' || {{ day_text('effective_on') }}
    || ', whose successions lead back to it: none of the ring counts' as detail
from {{ ref('int_partners__successions') }}
where is_in_ring
union all
select
    'app_usage' as source,
    'apps' as entity,
    app_id || '/' || partner_id as key,
    'app_moved' as finding,
    'names another partner without owned_from: ' || partner_id || ' is taken for the owner from '
    || {{ day_text('from_on') }} || ' on, the day after its receipt' as detail
from {{ ref('int_apps__stated_owners') }}
where not is_stated and from_on is not null
union all
select
    'partner_activity' as source,
    'contacts' as entity,
    contact_id || '/' || partner_id as key,
    'contact_at_two_partners' as finding,
    'begins on ' || {{ day_text('active_from') }} || ' as its row of ' || next_partner_id
    || ' does, which came later and counts' as detail
from {{ ref('int_people__stints') }}
where next_from = active_from
union all
select
    'partner_activity' as source,
    'contacts' as entity,
    contact_id || '/' || partner_id as key,
    'contact_of_two_names' as finding,
    name || ' here, ' || next_name || ' with ' || next_partner_id || ' from '
    || {{ day_text('next_from') }} || ' on: taken for one person who moved' as detail
from stints
where next_partner_id is not null
    and lower({{ trimmed('name') }}) <> lower({{ trimmed('next_name') }})
union all
select
    'partner_activity' as source,
    'contacts' as entity,
    contact_id || '/' || partner_id as key,
    'contact_came_back' as finding,
    'was here from ' || {{ day_text('active_from') }} || ' to ' || {{ day_text('active_to') }}
    || ', and came back from another partner: both times count' as detail
from {{ ref('int_people__stints') }}
where is_earlier
