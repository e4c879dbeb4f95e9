-- Calls of each (app, company, month, file) that count, and of each (app, month, file, cause) that
-- do not (company null): the one pass over the usage feed. `outcome` is `counted`, or the first
-- cause for which a call does not count (semantics 4, "Apps").
with run as (
    select
        time_zone,
        {{ program_midnight(add_days('as_of', 1), 'time_zone') }} as after_as_of
    from {{ source('run', 'parameters') }}
),

calls as (
    select
        events.app_id,
        holdings.pair_number,
        -- Every covered month has its pieces; the conversion is for rows that none announced.
        coalesce(
            pieces.month,
            {{ month_of(program_date('events.occurred_at', 'run.time_zone')) }}
        ) as month,
        events._file as file,
        case
            when apps.app_id is null then 'app_unknown'
            when apps.launched_at is null then 'app_unlaunched'
            when events.occurred_at < apps.launched_at then 'before_launch'
            when events.response_code is null or events.response_code not between 200 and 299
                then 'unsuccessful'
            when holdings.kind is null then 'not_installed'
            when holdings.kind = 'demo' then 'demonstration'
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
),

grouped as (
    select
        case when outcome = 'counted' then pair_number end as pair_number,
        case when outcome <> 'counted' then app_id end as uncounted_app_id,
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
    group by 1, 2, 3, 4, 5, 6
),

pairs as (
    select distinct pair_number, app_id, company_id
    from {{ ref('int_usage__holdings') }}
)

select
    coalesce(pairs.app_id, grouped.uncounted_app_id) as app_id,
    pairs.company_id,
    grouped.month,
    grouped.file,
    grouped.outcome,
    grouped.is_by_as_of,
    grouped.feed_rows,
    grouped.calls,
    grouped.calls_read,
    grouped.calls_write,
    grouped.first_at,
    grouped.last_at
from grouped
left join pairs on grouped.pair_number = pairs.pair_number
