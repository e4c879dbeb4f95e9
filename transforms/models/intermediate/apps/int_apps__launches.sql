-- Each app with the day of its launch: first_launched_on, else its first `listed` event; null while
-- it was never launched. Where several rows of an app state a day, it is the earliest: an app that
-- was sold was launched once. `launched_at` is the instant at which that day begins in the
-- program's zone.
with first_listed as (
    select
        app_id,
        min(occurred_on) as listed_on
    from {{ ref('stg_app_usage__listing_events') }}
    where event = 'listed'
    group by app_id
),

stated as (
    select
        app_id,
        min(first_launched_on) as first_launched_on
    from {{ ref('stg_app_usage__apps') }}
    group by app_id
),

launched as (
    select
        stated.app_id,
        coalesce(stated.first_launched_on, first_listed.listed_on) as launched_on
    from stated
    left join first_listed on stated.app_id = first_listed.app_id
)

select
    launched.app_id,
    launched.launched_on,
    {{ program_midnight('launched.launched_on', 'run.time_zone') }} as launched_at
from launched
cross join {{ source('run', 'parameters') }} as run
