-- Each launched app's active customers over the rolling months up to the run's day (APP-LOW-USAGE):
-- 0 of an app listed all that time makes it a candidate for removal, which a person decides.
with settings as (
    select
        run.as_of,
        run.time_zone,
        max(case when parameter = 'listing.low_usage_months' then number end) as months,
        max(case when parameter = 'listing.low_usage_minimum' then number end) as minimum
    from {{ source('run', 'parameters') }} as run
    inner join {{ source('policy', 'parameter_values') }} as parameter_values
        on parameter_values.effective_from <= run.as_of
        and (
            parameter_values.effective_to is null or parameter_values.effective_to > run.as_of
        )
    group by run.as_of, run.time_zone
),

-- The day from which the app must have been listed; its customers count from the day after.
spans as (
    select
        *,
        {{ add_months('as_of', '-months') }} as since_on
    from settings
),

edges as (
    select
        *,
        {{ program_midnight(add_days('since_on', 1), 'time_zone') }} as from_at
    from spans
),

span_months as (
    select {{ each_month(month_of(add_days('since_on', 1)), month_of('as_of')) }} as month
    from edges
    {{ months_beside(month_of(add_days('since_on', 1)), month_of('as_of')) }}
),

coverage as (
    select count(*) = count(covered.month) as is_covered
    from span_months
    left join {{ ref('int_usage__covered_months') }} as covered
        on span_months.month = covered.month
),

listed as (
    select
        states.app_id,
        min(states.from_on) as from_on
    from {{ ref('int_apps__listing_states') }} as states
    cross join edges
    where states.state = 'listed'
        and states.from_on <= edges.since_on
        and (states.to_on is null or states.to_on > edges.since_on)
    group by states.app_id
),

-- Any removal inside the span is a break, even where the app came back.
broken as (
    select distinct states.app_id
    from {{ ref('int_apps__listing_states') }} as states
    cross join edges
    where states.state = 'removed'
        and states.from_on > edges.since_on
        and states.from_on <= edges.as_of
),

active as (
    select
        calls.app_id,
        count(distinct case when calls.last_at >= edges.from_at then calls.company_id end)
            as active_customers,
        max(calls.last_at) as last_at
    from {{ ref('int_usage__call_months') }} as calls
    cross join edges
    where calls.outcome = 'counted' and calls.is_by_as_of
    group by calls.app_id
)

select
    launches.app_id,
    owners.partner_id,
    edges.as_of,
    edges.since_on,
    listed.app_id is not null and broken.app_id is null as is_listed_throughout,
    coverage.is_covered,
    coalesce(active.active_customers, 0) as active_customers,
    {{ program_date('active.last_at', 'edges.time_zone') }} as last_active_on,
    listed.app_id is not null
    and broken.app_id is null
    and coverage.is_covered
    and coalesce(active.active_customers, 0) < edges.minimum as removal_candidate
from {{ ref('int_apps__launches') }} as launches
cross join edges
cross join coverage
left join {{ ref('int_apps__owners') }} as owners
    on launches.app_id = owners.app_id
    and {{ holds_on('owners', 'edges.as_of') }}
left join listed on launches.app_id = listed.app_id
left join broken on launches.app_id = broken.app_id
left join active on launches.app_id = active.app_id
where launches.launched_on is not null
