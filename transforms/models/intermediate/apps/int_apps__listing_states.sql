-- Each app's spans of being listed or removed: from the day of the event up to, and without, the
-- day of the next one (null: still so). If both occur on one day, removed is the later.
with days as (
    {% call first_of_each('app_id, occurred_on', "case event when 'removed' then 0 else 1 end") %}
    select
        app_id,
        occurred_on,
        event,
        {{ place_columns() }}
    from {{ ref('stg_app_usage__listing_events') }}
    where event in ('listed', 'removed')
    {% endcall %}
)

select
    app_id,
    event as state,
    occurred_on as from_on,
    lead(occurred_on) over (partition by app_id order by occurred_on) as to_on,
    {{ place_columns() }}
from days
