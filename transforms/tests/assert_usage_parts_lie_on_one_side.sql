{% set part = 'parts._file as file, parts.app_id, parts.company_id, parts.first_at' -%}
-- Failing means that a part of the usage feed holds rows from before and after the begin or end of
-- an installation, a launch, an owner's time or the run's day, so that its first moment does not
-- hold for all.
{% for spans, key in [
    ('int_usage__holdings', ['app_id', 'company_id']), ('int_apps__owners', ['app_id'])
] -%}
select {{ part }}
from {{ ref('stg_app_usage__usage_parts') }} as parts
inner join {{ ref(spans) }} as spans
    on {% for column in key -%}
    parts.{{ column }} = spans.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor %}
where (spans.from_at > parts.first_at and spans.from_at <= parts.last_at)
    or (spans.to_at > parts.first_at and spans.to_at <= parts.last_at)
union all
{% endfor -%}
select {{ part }}
from {{ ref('stg_app_usage__usage_parts') }} as parts
cross join {{ source('run', 'parameters') }} as run
left join {{ ref('int_apps__launches') }} as apps
    on parts.app_id = apps.app_id
where (apps.launched_at > parts.first_at and apps.launched_at <= parts.last_at)
    or (
        {{ program_midnight(add_days('run.as_of', 1), 'run.time_zone') }} > parts.first_at
        and {{ program_midnight(add_days('run.as_of', 1), 'run.time_zone') }} <= parts.last_at
    )
