-- The state of each registration on the run's day, and when the vendor first answered it; returning
-- it is not an answer (DEAL-RESPONSE, DEAL-PERIOD).
with latest as (
    {% call first_of_each('registration_id', 'position desc') %}
    select *
    from {{ ref('int_deals__timeline') }}
    {% endcall %}
),

answers as (
    select
        registration_id,
        min(case when event in ('approved', 'rejected') then occurred_on end) as answered_on,
        min(case when event = 'withdrawn' then occurred_on end) as withdrawn_on,
        bool_or(event = 'approved' and legal_exception) as legal_exception
    from {{ ref('int_deals__events') }}
    group by registration_id
)

select
    registrations.registration_id,
    case
        when latest.state in ('approved', 'extended') and latest.expires_on < registrations.as_of
            then 'expired'
        else latest.state
    end as state,
    latest.approved_on,
    latest.expires_on,
    latest.ended_on,
    -- Registrations that no longer count against others: rejected, or withdrawn without ever being
    -- approved.
    latest.state = 'rejected'
    or (latest.state = 'withdrawn' and latest.approved_on is null) as is_dropped,
    coalesce(answers.legal_exception, false) as legal_exception,
    answers.answered_on,
    answers.withdrawn_on,
    case
        -- Withdrawn by then: the vendor still had that day, and a later answer changes nothing.
        when answers.withdrawn_on <= registrations.respond_by
            and coalesce(answers.answered_on > answers.withdrawn_on, true)
            then false
        when answers.answered_on is not null then answers.answered_on > registrations.respond_by
        else registrations.as_of > registrations.respond_by
    end as responded_late
from {{ ref('int_deals__registrations') }} as registrations
inner join latest on registrations.registration_id = latest.registration_id
left join answers on registrations.registration_id = answers.registration_id
