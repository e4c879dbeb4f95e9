-- Calls of each (app, company, month, file, outcome): the one pass over the usage feed. Outcome
-- `counted`, or the first cause for which a call does not count (semantics 4, "Apps").
with run as (
    select
        time_zone,
        {{ program_midnight(add_days('as_of', 1), 'time_zone') }} as after_as_of
    from {{ source('run', 'parameters') }}
),

calls as (
    select
        events.app_id,
        events.company_id,
        -- Every covered month has its pieces; the conversion is for rows that none announced.
        coalesce(
            pieces.month,
            {{ month_of(program_date('events.occurred_at', 'run.time_zone')) }}
        ) as month,
        events._file as file,
        case
            when apps.app_id is null then 'app_unknown'
            when apps.launched_at is null then 'app_never_launched'
            when events.occurred_at < apps.launched_at then 'before_launch'
            when events.response_code is null or events.response_code not between 200 and 299
                then 'not_successful'
            when holdings.kind is null then 'not_installed'
            when holdings.kind = 'demo' then 'demonstration_only'
            else 'counted'
        end as outcome,
        events.occurred_at < run.after_as_of as is_by_as_of,
        upper(events.http_method) as method,
        events.call_count,
        events.occurred_at
    from {{ ref('stg_app_usage__usage_events') }} as events
    cross join run
    left join {{ ref('int_apps__launches') }} as apps
        on events.app_id = apps.app_id
    left join {{ ref('int_usage__month_pieces') }} as pieces
        on {{ utc_month('events.occurred_at') }} = pieces.utc_month
        and events.occurred_at >= pieces.from_at
        and events.occurred_at < pieces.to_at
    left join {{ ref('int_usage__holdings') }} as holdings
        on events.app_id = holdings.app_id
        and events.company_id = holdings.company_id
        and events.occurred_at >= holdings.from_at
        and events.occurred_at < holdings.to_at
)

select
    app_id,
    company_id,
    month,
    file,
    outcome,
    is_by_as_of,
    count(*) as feed_rows,
    sum(call_count) as calls,
    sum(case when method in ('GET', 'HEAD') then call_count else 0 end) as calls_read,
    sum(case when method in ('POST', 'PUT', 'PATCH', 'DELETE') then call_count else 0 end)
        as calls_write,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from calls
group by app_id, company_id, month, file, outcome, is_by_as_of
