-- Who is in the ledger of each period (semantics 3): an enrolment that runs at the period's end and
-- a partner neither terminated nor become one with another by then. An enrolment of an unknown
-- partner stays, and is a finding.
with running as (
    {% call first_of_each(
        'periods.period, enrollments.partner_id, enrollments.program',
        'enrollments.enrolled_on desc'
    ) %}
    select
        periods.period,
        periods.kind,
        periods.suffix,
        periods.year,
        periods.starts_on,
        periods.ends_on,
        enrollments.partner_id,
        enrollments.program,
        enrollments.enrolled_on,
        enrollments.application_completed_on,
        {{ place_columns('enrollments') }}
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('stg_partner_activity__enrollments') }} as enrollments
        on {{ is_enrolled('enrollments', 'periods.ends_on') }}
        -- Between reviews only the ladder's program is judged.
        and (
            periods.kind <> 'month'
            or enrollments.program in (
                select program
                from {{ source('policy', 'tiers') }}
            )
        )
    -- A new enrolment starts every clock again.
    {% endcall %}
)

select
    {{ member_key('running') }},
    running.enrolled_on,
    running.starts_on,
    running.ends_on,
    running.kind,
    running.suffix,
    running.year,
    running.application_completed_on,
    {{ place_columns('running') }}
from running
{{ join_partner('running.partner_id', 'running.ends_on') }}
where {{ is_active('running.partner_id', 'running.ends_on') }}
