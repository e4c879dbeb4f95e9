-- Each app with its owner on the run's day and the days that decide its listing, as of the run's
-- day: its last removal, the day of its listing since then (else the run's day), and which rule on
-- test customers was in force on that day and which source stated it (APP-TEST-CUSTOMER,
-- APP-REAPPLY).
with events as (
    select
        events.app_id,
        events.event,
        events.occurred_on
    from {{ ref('stg_app_usage__listing_events') }} as events
    cross join {{ source('run', 'parameters') }} as run
    where events.occurred_on <= run.as_of
        and events.event in ('listed', 'removed')
),

removals as (
    select app_id, max(occurred_on) as removed_on
    from events
    where event = 'removed'
    group by app_id
),

-- If a listing and a removal fall on one day, the removal is the later, so only later days count.
listings as (
    select events.app_id, min(events.occurred_on) as listed_on
    from events
    left join removals on events.app_id = removals.app_id
    where events.event = 'listed'
        and (removals.removed_on is null or events.occurred_on > removals.removed_on)
    group by events.app_id
),

apps as (
    select
        owners.app_id,
        owners.partner_id,
        owners.marketplace,
        owners.description,
        owners.logo_url,
        owners.support_contact,
        run.as_of,
        removals.removed_on,
        listings.listed_on,
        coalesce(listings.listed_on, run.as_of) as day,
        {{ place_columns('owners') }}
    from {{ source('run', 'parameters') }} as run
    inner join {{ ref('int_apps__owners') }} as owners
        on {{ holds_on('owners', 'run.as_of') }}
    left join removals on owners.app_id = removals.app_id
    left join listings on owners.app_id = listings.app_id
),

-- The register of conflicts names the source that ruled from a day on.
rulings as (
    {% call first_of_each('apps.app_id', 'conflicts.effective_from desc, conflicts.conflict') %}
    select apps.app_id, conflicts.ruled_by
    from apps
    inner join {{ source('policy', 'conflicts') }} as conflicts
        on conflicts.clause = 'APP-TEST-CUSTOMER'
        and conflicts.effective_from <= apps.day
    {% endcall %}
)

select
    apps.app_id,
    apps.partner_id,
    apps.marketplace,
    apps.description,
    apps.logo_url,
    apps.support_contact,
    apps.as_of,
    apps.removed_on,
    apps.listed_on,
    apps.day as listing_day,
    rules.value as test_customer_rule,
    case when rules.source = 'policy' then rulings.ruled_by else rules.source end as ruled_by,
    {{ place_columns('apps') }}
from apps
left join {{ values_on_days('apps', ['listing.test_customer_rule']) }} as rules
    on apps.partner_id = rules.partner_id
    and apps.day = rules.day
left join rulings on apps.app_id = rulings.app_id
