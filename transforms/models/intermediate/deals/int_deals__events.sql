-- Events of registrations up to the run's day, in their order, with the policy on the day of each:
-- how long an approval holds, and what an extension adds (DEAL-PERIOD, DEAL-EXTENSION).
with known as (
    select
        events.registration_id,
        registrations.partner_id,
        events.event,
        events.occurred_at,
        {{ program_date('events.occurred_at', 'run.time_zone') }} as day,
        events.legal_exception,
        events.decided_by,
        events.reason,
        {{ place_columns('events') }}
    from {{ ref('stg_deal_registration__registration_events') }} as events
    inner join {{ ref('int_deals__registrations') }} as registrations
        on events.registration_id = registrations.registration_id
    cross join {{ source('run', 'parameters') }} as run
    where {{ program_date('events.occurred_at', 'run.time_zone') }} <= run.as_of
),

settings as (
    select
        partner_id,
        day,
        max(case when parameter = 'deal.approval_days' then number end) as approval_days,
        max(case when parameter = 'deal.extension_days' then number end) as extension_days,
        max(case when parameter = 'deal.extensions_allowed' then number end) as extensions_allowed
    from {{ values_on_days('known', [
        'deal.approval_days', 'deal.extension_days', 'deal.extensions_allowed'
    ]) }} as held_to
    group by partner_id, day
)

select
    known.registration_id,
    row_number() over (
        partition by known.registration_id order by known.occurred_at, known.event
    ) as position,
    known.event,
    known.occurred_at,
    known.day as occurred_on,
    settings.approval_days,
    settings.extension_days,
    settings.extensions_allowed,
    coalesce(known.legal_exception, false) as legal_exception,
    known.decided_by,
    known.reason,
    {{ place_columns('known') }}
from known
left join settings
    on known.partner_id = settings.partner_id
    and known.day = settings.day
