-- Failing means that two terms of a partner's agreements disagree and one of them was chosen
-- silently.
select results.period, results.partner_id, results.program, results.requirement, results.status
from {{ ref('fct_requirement_results') }} as results
inner join {{ ref('int_ledger__spine') }} as spine
    on {{ same_member('results', 'spine') }}
    and results.requirement = spine.requirement
inner join {{ ref('int_policy__partner_values') }} as own
    on {{ same_partner('spine', 'own') }}
    and own.parameter in (spine.threshold_parameter, spine.first_judged_after)
    and own.conflict
where coalesce(results.underlying_status, results.status)
    not in ('needs_review', 'not_applicable')
