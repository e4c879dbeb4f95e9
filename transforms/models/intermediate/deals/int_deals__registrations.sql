-- Registrations submitted by the run's day, with their day in the program's zone and the day by
-- which the vendor has to answer (DEAL-RESPONSE): the n-th business day after it. `partner_id`
-- submitted it: the holder of the named partner's things on that day; `holder_id` holds it on the
-- run's day.
with submitted as (
    select
        registrations.registration_id,
        registrations.partner_id as named_id,
        registrations.submitted_at,
        registrations.via_form,
        registrations.is_renewal,
        registrations.presales_description,
        registrations.procurement_published_on,
        {{ place_columns('registrations') }},
        {{ program_date('registrations.submitted_at', 'run.time_zone') }} as submitted_on,
        run.as_of
    from {{ ref('stg_deal_registration__registrations') }} as registrations
    cross join {{ source('run', 'parameters') }} as run
),

known as (
    select
        submitted.*,
        {{ holder_of('submitting', 'submitted.named_id') }} as partner_id,
        {{ holder_of('holding', 'submitted.named_id') }} as holder_id,
        submitted.submitted_on as day
    from submitted
    {{ join_holder('submitting', 'submitted.named_id', 'submitted.submitted_on') }}
    {{ join_holder('holding', 'submitted.named_id', 'submitted.as_of') }}
    where submitted.submitted_on <= submitted.as_of
)

select
    known.registration_id,
    known.partner_id,
    known.holder_id,
    known.named_id,
    customers.end_customer_id,
    known.submitted_at,
    known.submitted_on,
    known.as_of,
    known.via_form,
    known.is_renewal,
    known.presales_description,
    known.procurement_published_on,
    started.business_day_number as submitted_number,
    due.day as respond_by,
    {{ place_columns('known') }}
from known
inner join {{ ref('int_deals__customers') }} as customers
    on known.registration_id = customers.id
    and customers.kind = 'registration'
left join {{ values_on_days('known', ['deal.response_business_days']) }} as response
    on known.partner_id = response.partner_id
    and known.submitted_on = response.day
left join {{ source('resolved', 'business_days') }} as started
    on known.submitted_on = started.day
left join {{ source('resolved', 'business_days') }} as due
    on due.business_day_number = started.business_day_number + floor(response.number)
    and due.is_business_day
