-- The span in which the vendor leaves a customer to the partner whose deal it approved, and the
-- first direct opportunity created inside it, which is a finding (DEAL-PROTECTION): from the
-- approval to its expiry, or to the day on which the deal ended.
with spans as (
    select
        registrations.end_customer_id,
        registrations.registration_id,
        registrations.holder_id as partner_id,
        states.approved_on as protected_from,
        case
            when states.ended_on < states.expires_on or states.expires_on is null
                then states.ended_on
            else states.expires_on
        end as protected_to
    from {{ ref('int_deals__registrations') }} as registrations
    inner join {{ ref('int_deals__states') }} as states
        on registrations.registration_id = states.registration_id
    where states.approved_on is not null
),

inside as (
    {% call first_of_each(
        'spans.registration_id',
        'direct.created_on asc nulls last, direct.opportunity_id asc'
    ) %}
    select
        spans.registration_id,
        direct.opportunity_id
    from spans
    inner join {{ ref('int_deals__direct') }} as direct
        on {{ is_on_protected('direct', 'spans') }}
    {% endcall %}
)

select
    spans.end_customer_id,
    spans.registration_id,
    spans.partner_id,
    spans.protected_from,
    spans.protected_to,
    inside.opportunity_id as direct_opportunity_id
from spans
left join inside on spans.registration_id = inside.registration_id
order by spans.end_customer_id, spans.registration_id
