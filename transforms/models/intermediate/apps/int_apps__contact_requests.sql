-- The contact requests whose answer was due in a period, of each pair judged by them
-- (TECH-RESPONSIVE). Due: the n-th business day after the day of receipt in the program's zone.
with requests as (
    select
        requests.request_id,
        owners.app_id,
        owners.partner_id,
        {{ program_date('requests.received_at', 'run.time_zone') }} as received_on,
        {{ program_date('requests.answered_at', 'run.time_zone') }} as answered_on,
        {{ place_columns('requests') }}
    from {{ ref('stg_app_usage__contact_requests') }} as requests
    -- Whoever owned the app on the day of receipt has to answer.
    inner join {{ ref('int_apps__owners') }} as owners
        on requests.app_id = owners.app_id
        and {{ holds_at('owners', 'requests.received_at') }}
    cross join {{ source('run', 'parameters') }} as run
),

numbered as (
    select
        requests.*,
        received.business_day_number
    from requests
    inner join {{ source('resolved', 'business_days') }} as received
        on requests.received_on = received.day
),

judged as (
    select
        {{ figure_key('pairs') }},
        pairs.starts_on,
        pairs.ends_on,
        {{ parameter_number('days') }} as answer_days
    from {{ judged_pairs(['contact_answered_share']) }} as pairs
    {{ join_parameter('days', 'pairs', "'contact.answer_business_days'") }}
)

select
    {{ figure_key('judged') }},
    numbered.request_id,
    numbered.app_id,
    numbered.received_on,
    numbered.answered_on,
    due.day as due_on,
    coalesce(numbered.answered_on <= due.day, false) as is_answered,
    {{ place_columns('numbered') }}
from judged
inner join numbered on judged.partner_id = numbered.partner_id
inner join {{ source('resolved', 'business_days') }} as due
    on due.business_day_number = numbered.business_day_number + floor(judged.answer_days)
    and due.is_business_day
    and due.day between judged.starts_on and judged.ends_on
