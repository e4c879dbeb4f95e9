-- Each month of the program's zone cut at the months of UTC, as instants: a usage row finds its
-- month by a join on its UTC month and two comparisons, instead of a conversion a row.
with bounds as (
    select
        {{ add_months('min(month)', -1) }} as first_month,
        {{ add_months('max(month)', 1) }} as last_month
    from {{ ref('int_usage__covered_months') }}
),

local_months as (
    select {{ each_month('first_month', 'last_month') }} as month
    from bounds
    where first_month is not null
),

instants as (
    select
        local_months.month,
        {{ program_midnight('local_months.month', 'run.time_zone') }} as from_at,
        {{ program_midnight(add_months('local_months.month', 1), 'run.time_zone') }} as to_at
    from local_months
    cross join {{ source('run', 'parameters') }} as run
),

utc_months as (
    select distinct {{ utc_month('from_at') }} as utc_month from instants
    union
    select distinct {{ utc_month('to_at') }} as utc_month from instants
)

select
    utc_months.utc_month,
    instants.month,
    greatest(instants.from_at, utc_months.utc_month) as from_at,
    least(
        instants.to_at,
        cast({{ add_months('cast(utc_months.utc_month as date)', 1) }} as timestamp)
    ) as to_at
from instants
inner join utc_months
    on instants.from_at
    < cast({{ add_months('cast(utc_months.utc_month as date)', 1) }} as timestamp)
    and instants.to_at > utc_months.utc_month
