-- Failing means that a registration does not have exactly the seven checks of semantics 7, or that
-- its recommendation or reasons do not follow from them.
select
    registrations.registration_id,
    count(checks.clause) as checks
from {{ ref('fct_deal_registrations') }} as registrations
left join {{ ref('int_deals__checks') }} as checks
    on registrations.registration_id = checks.registration_id
group by
    registrations.registration_id, registrations.recommendation, registrations.reasons,
    registrations.blocked_by
having count(checks.clause) <> 7
    or (registrations.recommendation = 'reject') <> bool_or(checks.result = 'fail')
    or (registrations.recommendation = 'approve') <> bool_and(checks.result = 'pass')
    or (registrations.recommendation = 'approve') <> (len(registrations.reasons) = 0)
    or (registrations.blocked_by is not null)
    <> bool_or(checks.clause = 'DEAL-NOT-TAKEN' and checks.result = 'fail')
