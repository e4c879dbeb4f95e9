-- Failing means that a part of the usage feed holds rows from before and after the begin or end of
-- an installation, a launch, an owner's time or the run's day, so that its first moment does not
-- hold for all.
select
    parts._file as file,
    parts.app_id,
    parts.company_id,
    parts.first_at
from {{ ref('stg_app_usage__usage_parts') }} as parts
inner join {{ ref('int_usage__holdings') }} as holdings
    on parts.app_id = holdings.app_id
    and parts.company_id = holdings.company_id
where (holdings.from_at > parts.first_at and holdings.from_at <= parts.last_at)
    or (holdings.to_at > parts.first_at and holdings.to_at <= parts.last_at)
union all
select
    parts._file as file,
    parts.app_id,
    parts.company_id,
    parts.first_at
from {{ ref('stg_app_usage__usage_parts') }} as parts
cross join {{ source('run', 'parameters') }} as run
left join {{ ref('int_apps__launches') }} as apps
    on parts.app_id = apps.app_id
where (apps.launched_at > parts.first_at and apps.launched_at <= parts.last_at)
    or (
        {{ program_midnight(add_days('run.as_of', 1), 'run.time_zone') }} > parts.first_at
        and {{ program_midnight(add_days('run.as_of', 1), 'run.time_zone') }} <= parts.last_at
    )
union all
select
    parts._file as file,
    parts.app_id,
    parts.company_id,
    parts.first_at
from {{ ref('stg_app_usage__usage_parts') }} as parts
inner join {{ ref('int_apps__owners') }} as owners
    on parts.app_id = owners.app_id
where (owners.from_at > parts.first_at and owners.from_at <= parts.last_at)
    or (owners.to_at > parts.first_at and owners.to_at <= parts.last_at)
