-- Failing means that the span of a protected account ends before it begins, or that its
-- registration has no approval that expires.
select protected.*
from {{ ref('fct_protected_accounts') }} as protected
left join {{ ref('fct_deal_registrations') }} as registrations
    on protected.registration_id = registrations.registration_id
where protected.protected_to < protected.protected_from
    or registrations.registration_id is null
    or registrations.state in ('submitted')
    or protected.protected_to > registrations.approval_expires_on
