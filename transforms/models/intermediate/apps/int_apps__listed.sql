-- The apps listed at each period's end, with the event that listed them and the owner of that day.
select
    periods.period,
    periods.starts_on,
    periods.ends_on,
    states.app_id,
    owners.partner_id,
    owners.name,
    states.from_on as listed_on,
    {{ place_columns('states') }}
from {{ ref('int_periods') }} as periods
inner join {{ ref('int_apps__listing_states') }} as states
    on states.state = 'listed'
    and {{ holds_on('states', 'periods.ends_on') }}
inner join {{ ref('int_apps__owners') }} as owners
    on states.app_id = owners.app_id
    and {{ holds_on('owners', 'periods.ends_on') }}
