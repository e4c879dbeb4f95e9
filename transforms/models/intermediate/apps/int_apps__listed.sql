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
{{ join_listed_apps('periods.ends_on') }}
