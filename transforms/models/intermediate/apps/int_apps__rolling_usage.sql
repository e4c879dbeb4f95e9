-- Each launched app's active customers over the rolling months up to the run's day (APP-LOW-USAGE):
-- 0 of an app listed all that time makes it a candidate for removal, which a person decides. The
-- policy says how many months and customers, or the agreement of the app's owner; where its terms
-- disagree, nothing is judged.
with apps as (
    select
        launches.app_id,
        owners.partner_id,
        run.as_of as day,
        run.time_zone
    from {{ ref('int_apps__launches') }} as launches
    cross join {{ source('run', 'parameters') }} as run
    left join {{ ref('int_apps__owners') }} as owners
        on launches.app_id = owners.app_id
        and {{ holds_on('owners', 'run.as_of') }}
    where launches.launched_on is not null
),

settings as (
    select
        partner_id,
        max(case when parameter = 'listing.low_usage_months' then number end) as months,
        max(case when parameter = 'listing.low_usage_minimum' then number end) as minimum
    from {{ values_on_days('apps', ['listing.low_usage_months', 'listing.low_usage_minimum']) }}
        as stated
    group by partner_id
),

-- The day from which the app must have been listed; its customers count from the day after.
spans as (
    select
        apps.app_id,
        apps.partner_id,
        apps.day as as_of,
        apps.time_zone,
        settings.minimum,
        {{ add_months('apps.day', '-settings.months') }} as since_on
    from apps
    left join settings
        on coalesce(apps.partner_id, '') = coalesce(settings.partner_id, '')
),

edges as (
    select
        *,
        {{ program_midnight(add_days('since_on', 1), 'time_zone') }} as from_at
    from spans
),

windows as {{ materialized() }} (
    select distinct
        since_on,
        as_of
    from spans
    where since_on is not null
),

span_months as (
    select
        since_on,
        {{ each_month(month_of(add_days('since_on', 1)), month_of('as_of')) }} as month
    from windows
    {{ months_beside(month_of(add_days('since_on', 1)), month_of('as_of')) }}
),

coverage as (
    select
        span_months.since_on,
        count(*) = count(covered.month) as is_covered
    from span_months
    left join {{ ref('int_usage__covered_months') }} as covered
        on span_months.month = covered.month
    group by span_months.since_on
),

-- Any removal inside the span is a break, even where the app came back.
listed as (
    select
        edges.app_id,
        bool_or(states.state = 'listed' and {{ holds_on('states', 'edges.since_on') }})
        and not bool_or(
            states.state = 'removed'
            and states.from_on > edges.since_on
            and states.from_on <= edges.as_of
        ) as throughout
    from edges
    inner join {{ ref('int_apps__listing_states') }} as states
        on edges.app_id = states.app_id
    group by edges.app_id
),

active as (
    select
        calls.app_id,
        count(distinct case when calls.last_at >= edges.from_at then calls.company_id end)
            as active_customers,
        max(calls.last_at) as last_at
    from {{ ref('int_usage__call_months') }} as calls
    inner join edges on calls.app_id = edges.app_id
    where calls.outcome = 'counted' and calls.is_by_as_of
    group by calls.app_id
)

select
    edges.app_id,
    edges.partner_id,
    edges.as_of,
    edges.since_on,
    edges.minimum,
    coalesce(listed.throughout, false) as is_listed_throughout,
    coverage.is_covered,
    coalesce(active.active_customers, 0) as active_customers,
    {{ program_date('active.last_at', 'edges.time_zone') }} as last_active_on,
    case
        when edges.since_on is not null and edges.minimum is not null
            then coalesce(listed.throughout, false)
                and coverage.is_covered
                and coalesce(active.active_customers, 0) < edges.minimum
    end as removal_candidate
from edges
left join coverage on edges.since_on = coverage.since_on
left join listed on edges.app_id = listed.app_id
left join active on edges.app_id = active.app_id
