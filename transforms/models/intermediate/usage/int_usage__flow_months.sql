-- The months in which a launched app was seen to read or to write: by counted calls, and by the
-- vendor's activity report at its printed date, which names no customer and only adds.
with activities as (
    select
        app_id,
        partner_id,
        month,
        calls_read > 0 as is_read,
        calls_write > 0 as is_write,
        'usage_events' as entity,
        file,
        cast(null as bigint) as row_number,
        cast(null as string) as cell
    from {{ ref('int_usage__call_months') }}
    where outcome = 'counted'
    union all
    select
        activity.app_id,
        owners.partner_id,
        {{ month_of('activity."date"') }} as month,
        upper(activity.http_method) in ('GET', 'HEAD') as is_read,
        upper(activity.http_method) in ('POST', 'PUT', 'PATCH', 'DELETE') as is_write,
        'api_call_activity' as entity,
        {{ place_of('activity') }}
    from {{ ref('stg_app_usage__api_call_activity') }} as activity
    inner join {{ ref('int_apps__owners') }} as owners
        on activity.app_id = owners.app_id
        and {{ holds_on('owners', 'activity."date"') }}
    where activity.response_code between 200 and 299
        and activity."count" > 0
)

select
    activities.partner_id,
    activities.app_id,
    activities.month,
    activities.entity,
    activities.file,
    min(activities.row_number) as row_number,
    min(activities.cell) as cell,
    max(case when activities.is_read then 1 else 0 end) as reads,
    max(case when activities.is_write then 1 else 0 end) as writes
from activities
inner join {{ ref('int_apps__launches') }} as apps
    on activities.app_id = apps.app_id
    and apps.launched_on is not null
where (activities.is_read or activities.is_write)
    and activities.partner_id is not null
group by
    activities.partner_id, activities.app_id, activities.month, activities.entity, activities.file
