-- The latest validation event of each app listed at a period's end, up to that end; if there are
-- both results on one day, the failure is the later (TECH-TECHNICAL, APP-VALIDATION).
{% call first_of_each(
    'listed.period, listed.app_id',
    "events.occurred_on desc, case events.event when 'validation_failed' then 0 else 1 end"
) %}
select
    listed.period,
    listed.app_id,
    events.event,
    events.occurred_on,
    {{ place_columns('events') }}
from {{ ref('int_apps__listed') }} as listed
inner join {{ ref('stg_app_usage__listing_events') }} as events
    on listed.app_id = events.app_id
    and events.occurred_on <= listed.ends_on
    and events.event in ('validated', 'validation_failed')
{% endcall %}
