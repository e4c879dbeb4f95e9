-- What each parameter is worth to this partner at each period's end: its own agreement's term, else
-- the policy's value (GUIDE-AGREEMENT).
select
    policy_values.period,
    policy_values.parameter,
    case when own_terms.parameter is null then policy_values.number else own_terms.number end
        as number,
    case when own_terms.parameter is null then policy_values.value else own_terms.value end
        as value,
    coalesce(own_terms.agreement_ids, 'policy') as source,
    coalesce(own_terms.conflict, false) as conflict
from policy_values
left join own_terms using (period, parameter)
