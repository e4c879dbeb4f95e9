-- Failing means that two terms of a partner's agreements disagree and one of them was chosen
-- silently.
select results.period, results.partner_id, results.program, results.requirement, results.status
from {{ ref('fct_requirement_results') }} as results
inner join {{ ref('int_ledger__spine') }} as spine
    on results.period = spine.period
    and results.partner_id = spine.partner_id
    and results.program = spine.program
    and results.requirement = spine.requirement
inner join {{ ref('int_policy__partner_values') }} as own
    on spine.period = own.period
    and spine.partner_id = own.partner_id
    and own.parameter in (spine.threshold_parameter, spine.first_judged_after)
    and own.conflict
where coalesce(results.underlying_status, results.status)
    not in ('needs_review', 'not_applicable')
