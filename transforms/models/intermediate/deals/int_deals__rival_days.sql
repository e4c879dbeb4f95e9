-- The partner of each rival on the day of a later submission: whether it had left the programs that
-- register deals or was terminated by then, and for how long its registrations keep others out.
with rivals as (
    select distinct rival_partner_id as partner_id, submitted_on as day
    from {{ ref('int_deals__pairs') }}
),

enrolments as (
    select
        partner_id,
        day,
        max(case when is_in then 1 else 0 end) as is_in
    from {{ enrollments_on_days('rivals', 'deal.registering_programs') }} as enrollments
    group by partner_id, day
)

select
    rivals.partner_id,
    rivals.day,
    -- A partner that was never in a program has not left it: what was approved anyway stays.
    coalesce(enrolments.is_in = 0, false)
    or {{ is_terminated('partners', 'rivals.day') }} as is_gone,
    unanswered.number as unanswered_blocks_days,
    won.number as won_blocks_days,
    -- Two terms in force, or one that is no number: how long is for a person to settle.
    unanswered.parameter is not null and unanswered.number is null as is_unanswered_open,
    won.parameter is not null and won.number is null as is_won_open
from rivals
left join enrolments
    on rivals.partner_id = enrolments.partner_id
    and rivals.day = enrolments.day
left join {{ ref('stg_partner_activity__partners') }} as partners
    on rivals.partner_id = partners.partner_id
left join {{ values_on_days('rivals', ['deal.unanswered_blocks_days']) }} as unanswered
    on rivals.partner_id = unanswered.partner_id
    and rivals.day = unanswered.day
left join {{ values_on_days('rivals', ['deal.won_blocks_days']) }} as won
    on rivals.partner_id = won.partner_id
    and rivals.day = won.day
