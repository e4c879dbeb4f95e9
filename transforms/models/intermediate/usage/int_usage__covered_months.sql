-- The calendar months (program zone) that usage deliveries known at the run's moment cover.
select distinct covered.month
from {{ source('landing', 'covered_months') }} as covered
cross join {{ source('run', 'parameters') }} as run
where covered.entity = 'usage_events'
    and {{ is_known('covered._received_at') }}
