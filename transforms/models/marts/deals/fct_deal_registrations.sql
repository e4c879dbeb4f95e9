-- Every registration submitted by the run's day: what the checks recommend, and its state. Any
-- failed check rejects; else any doubt goes to a person; a person decides in every case
-- (DEAL-REGISTER).
with judged as (
    select
        registration_id,
        bool_or(result = 'fail') as has_failed,
        bool_or(result = 'doubt') as has_doubt,
        {{ sorted_list("case when result = 'fail' then clause end") }} as failed,
        {{ sorted_list("case when result = 'doubt' then clause end") }} as doubted,
        max(
            case when clause = 'DEAL-NOT-TAKEN' and result = 'fail' then other_id end
        ) as blocked_by
    from {{ ref('int_deals__checks') }}
    group by registration_id
)

select
    registrations.registration_id,
    registrations.holder_id as partner_id,
    registrations.end_customer_id,
    case
        when judged.has_failed then 'reject'
        when judged.has_doubt then 'review'
        else 'approve'
    end as recommendation,
    case when judged.has_failed then judged.failed else judged.doubted end as reasons,
    states.state,
    registrations.respond_by,
    states.responded_late,
    states.expires_on as approval_expires_on,
    judged.blocked_by
from {{ ref('int_deals__registrations') }} as registrations
inner join judged on registrations.registration_id = judged.registration_id
inner join {{ ref('int_deals__states') }} as states
    on registrations.registration_id = states.registration_id
order by registrations.registration_id
