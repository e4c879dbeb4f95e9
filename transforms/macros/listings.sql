{# Apps in the Marketplace on a day. #}

{# The joins that add to rows the apps listed on their `day`, as `states`, and the owners whose apps
   they are on that day, as `owners`. #}
{% macro join_listed_apps(day) -%}
    inner join {{ ref('int_apps__listing_states') }} as states
        on states.state = 'listed'
        and {{ holds_on('states', day) }}
    inner join {{ ref('int_apps__owners') }} as owners
        on states.app_id = owners.app_id
        and {{ holds_on('owners', day) }}
{%- endmacro %}

{# The latest validation of each row of `apps` up to its `day` and, where it has a day in `since`,
   after that. `key` names the columns of a row; if there are both results on one day, the failure
   is the later. #}
{% macro latest_validations(apps, key, day, since=none) -%}
{% call first_of_each(
    key | join(', '),
    "events.occurred_on desc, case events.event when 'validation_failed' then 0 else 1 end"
) %}
select
    {{ key | join(', ') }},
    events.event,
    events.occurred_on,
    {{ place_columns('events') }}
from {{ apps }} as apps
inner join {{ ref('stg_app_usage__listing_events') }} as events
    on apps.app_id = events.app_id
    and events.event in ('validated', 'validation_failed')
    and events.occurred_on <= {{ day }}
    {%- if since %}
    and ({{ since }} is null or events.occurred_on > {{ since }})
    {%- endif %}
{% endcall %}
{%- endmacro %}
