{{ config(meta={'by_month': true}) }}
-- The parts of the feed with their outcome: `counted`, or the first cause for which a part's calls
-- do not count (semantics 4, "Apps"); company is null where they do not. Parts are already sums,
-- and few of them were cut, so summing them again by app, company, month and file would hardly
-- reduce their number.
with run as (
    select {{ program_midnight(add_days('as_of', 1), 'time_zone') }} as after_as_of
    from {{ source('run', 'parameters') }}
),

calls as (
    select
        parts.*,
        case
            when apps.app_id is null then 'app_unknown'
            when apps.launched_at is null then 'app_unlaunched'
            when parts.first_at < apps.launched_at then 'before_launch'
            when not parts.is_successful then 'unsuccessful'
            when holdings.kind is null then 'not_installed'
            when holdings.kind = 'demo' then 'demonstration'
            else 'counted'
        end as outcome,
        owners.partner_id as owner_id,
        parts.first_at < run.after_as_of as is_by_as_of
    from {{ ref('stg_app_usage__usage_parts') }} as parts
    cross join run
    left join {{ ref('int_apps__launches') }} as apps
        on parts.app_id = apps.app_id
    -- A call counts for the app's owner on its day.
    left join {{ ref('int_apps__owners') }} as owners
        on parts.app_id = owners.app_id
        and {{ holds_at('owners', 'parts.first_at') }}
    left join {{ ref('int_usage__holdings') }} as holdings
        on parts.app_id = holdings.app_id
        and parts.company_id = holdings.company_id
        and parts.first_at >= holdings.from_at
        and parts.first_at < holdings.to_at
)

select
    app_id,
    owner_id as partner_id,
    case when outcome = 'counted' then company_id end as company_id,
    month,
    _file as file,
    outcome,
    is_by_as_of,
    feed_rows,
    calls,
    calls_read,
    calls_write,
    first_at,
    last_at
from calls
