-- The apps listed at each period's end, with the event that listed them.
select
    periods.period,
    periods.starts_on,
    periods.ends_on,
    apps.app_id,
    apps.partner_id,
    apps.name,
    states.from_on as listed_on,
    states._file,
    states._row,
    states._cell
from {{ ref('int_periods') }} as periods
inner join {{ ref('int_apps__listing_states') }} as states
    on states.from_on <= periods.ends_on
    and (states.to_on is null or states.to_on > periods.ends_on)
    and states.state = 'listed'
inner join {{ ref('stg_app_usage__apps') }} as apps
    on states.app_id = apps.app_id
