-- All seven checks of each registration, each with its result and the row that failed it or leaves
-- it in doubt: its own, a direct opportunity's, or a rival's.
with weighed as (
    {% call first_of_each(
        'registration_id',
        "case verdict when 'blocks' then 0 else 1 end asc,"
        ~ " rival_submitted_at asc nulls last, rival_id asc nulls last"
    ) %}
    select *
    from {{ ref('int_deals__rivals') }}
    where verdict <> 'nothing'
    -- The earliest rival that blocks is the one that counts (DEAL-FIRST).
    {% endcall %}
)

select
    registration_id,
    clause,
    result,
    detail,
    other_id,
    source,
    entity,
    file,
    row_number,
    cell
from {{ ref('int_deals__own_checks') }}
union all
select
    registrations.registration_id,
    'DEAL-NOT-TAKEN' as clause,
    case
        -- A legal exception, which allows several partners; the approval states it.
        when states.legal_exception or weighed.verdict is null then 'pass'
        when weighed.verdict = 'blocks' then 'fail'
        else 'doubt'
    end as result,
    case
        when weighed.verdict is null then 'no earlier registration of another partner counts'
        when states.legal_exception then 'a legal exception was granted beside registration '
            || weighed.rival_id
        else 'registration ' || weighed.rival_id || ' of partner ' || weighed.rival_partner_id
            || ' for ' || coalesce(weighed.rival_customer_name, 'a customer without a name')
            || case
                when weighed.verdict = 'blocks'
                    then ' came first and was ' || weighed.rival_state
                        || '; one customer by the ' || weighed.shared
                when weighed.rival_submitted_at = registrations.submitted_at
                    then ' came at the same instant; alike by the ' || weighed.shared
                when weighed.match = 'same'
                    then ' came first and was ' || weighed.rival_state
                        || '; its partner''s agreements leave open how long that counts'
                        || '; one customer by the ' || weighed.shared
                else ' came first and may be for the same customer, by the ' || weighed.shared
            end
    end as detail,
    weighed.rival_id as other_id,
    'deal_registration' as source,
    'registrations' as entity,
    {{ place_of_match('weighed', 'rival_id', 'registrations') }}
from {{ ref('int_deals__registrations') }} as registrations
inner join {{ ref('int_deals__states') }} as states
    on registrations.registration_id = states.registration_id
left join weighed on registrations.registration_id = weighed.registration_id
