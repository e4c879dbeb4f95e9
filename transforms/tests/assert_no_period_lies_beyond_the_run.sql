-- Failing means that the run has a period later than its own, or that its own is missing.
select periods.period
from {{ ref('int_periods') }} as periods
cross join {{ source('run', 'parameters') }} as run
where periods.year > run.year
union all
select run.last_period as period
from {{ source('run', 'parameters') }} as run
left join {{ ref('int_periods') }} as periods
    on run.last_period = periods.period
where periods.period is null
