-- The vendor's own response record (DEAL-RESPONSE): of the registrations submitted in each month,
-- how many were answered by the run's day, how many answers came late or are overdue, and the
-- median of business days to the first answer (null while none was answered).
with answers as (
    select
        registrations.registration_id,
        {{ month_of('registrations.submitted_on') }} as month,
        states.answered_on,
        states.responded_late,
        answered.business_day_number - registrations.submitted_number as business_days
    from {{ ref('int_deals__registrations') }} as registrations
    inner join {{ ref('int_deals__states') }} as states
        on registrations.registration_id = states.registration_id
    left join {{ source('resolved', 'business_days') }} as answered
        on states.answered_on = answered.day
),

ranked as (
    select
        *,
        row_number() over (
            partition by month order by business_days asc nulls last, registration_id asc
        ) as place,
        count(business_days) over (partition by month) as places
    from answers
)

select
    month,
    count(*) as submitted,
    count(answered_on) as answered,
    count(case when responded_late then 1 end) as late,
    -- The median: the middle value, or the mean of the two in the middle.
    {{ share_of(
        'sum(case when 2 * place in (places, places + 1, places + 2) then business_days end)',
        'count(case when 2 * place in (places, places + 1, places + 2) then business_days end)'
    ) }} as median_business_days
from ranked
group by month
