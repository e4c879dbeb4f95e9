-- Each registration with the earlier or simultaneous ones of other partners for the same or a
-- possibly same customer that could keep it out (DEAL-NOT-TAKEN): the rival was neither rejected
-- nor withdrawn unapproved by the run's day, and had passed the checks or been approved. Paired by
-- customer alone, in a separate table, so that no engine pairs by time.
with passed as (
    select
        registration_id,
        -- A doubt, such as a possible match, is not passed.
        bool_and(result = 'pass') as has_passed
    from {{ ref('int_deals__own_checks') }}
    group by registration_id
),

registrations as (
    select
        registrations.registration_id,
        registrations.partner_id,
        registrations.named_id,
        registrations.submitted_at,
        registrations.submitted_on,
        {{ place_columns('registrations') }},
        customers.customer_name,
        customers.domain,
        customers.name,
        customers.country,
        customers.same_key,
        passed.has_passed,
        not states.is_dropped and (passed.has_passed or states.approved_on is not null) as may_block
    from {{ ref('int_deals__registrations') }} as registrations
    inner join {{ ref('int_deals__customers') }} as customers
        on registrations.registration_id = customers.id
        and customers.kind = 'registration'
    inner join passed on registrations.registration_id = passed.registration_id
    inner join {{ ref('int_deals__states') }} as states
        on registrations.registration_id = states.registration_id
),

matches as (
    {% for match in ['same', 'possible'] %}
    select
        later.registration_id,
        later.submitted_at,
        later.submitted_on,
        later.has_passed,
        rival.registration_id as rival_id,
        {{ holder_of('holder', 'rival.named_id') }} as rival_partner_id,
        rival.submitted_at as rival_submitted_at,
        rival.submitted_on as rival_submitted_on,
        rival.has_passed as rival_has_passed,
        rival.customer_name as rival_customer_name,
        '{{ match }}' as match,
        {{ shared_by("'" ~ match ~ "'", 'rival') }} as shared,
        {{ place_columns('rival') }}
    from registrations as later
    inner join registrations as rival
        on {% if match == 'same' -%}
        later.same_key = rival.same_key
        {%- else -%}
        later.name = rival.name
        and (
            later.same_key <> rival.same_key
            or later.same_key is null
            or rival.same_key is null
        )
        {%- endif %}
        and rival.submitted_at <= later.submitted_at
        and rival.may_block
    -- A partner that had merged with the rival's by then is not another partner.
    {{ join_holder('holder', 'rival.named_id', 'later.submitted_on') }}
    where later.partner_id <> {{ holder_of('holder', 'rival.named_id') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from matches
