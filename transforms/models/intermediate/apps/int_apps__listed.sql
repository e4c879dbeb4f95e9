-- The apps listed at each period's end, with the event that listed them and the owner of that day.
select
    periods.period,
    periods.starts_on,
    periods.ends_on,
    states.app_id,
    owners.partner_id,
    owners.name,
    states.from_on as listed_on,
    states._file,
    states._row,
    states._cell
from {{ ref('int_periods') }} as periods
inner join {{ ref('int_apps__listing_states') }} as states
    on states.from_on <= periods.ends_on
    and (states.to_on is null or states.to_on > periods.ends_on)
    and states.state = 'listed'
inner join {{ ref('int_apps__owners') }} as owners
    on states.app_id = owners.app_id
    and {{ holds_on('owners', 'periods.ends_on') }}
