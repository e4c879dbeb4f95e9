-- Failing means that a waiver hides what it waives or replaces something that is met, or that a row
-- is called waived without a waiver.
select results.period, results.partner_id, results.program, results.requirement, results.status
from {{ ref('fct_requirement_results') }} as results
left join {{ ref('int_ledger__waivers') }} as waivers
    on {{ same_member('results', 'waivers') }}
    and results.requirement = waivers.requirement
where (results.status = 'waived') <> (results.underlying_status is not null)
    or (results.status = 'waived' and waivers.waiver_id is null)
    or (
        waivers.waiver_id is not null
        and results.status in ('not_met', 'no_evidence', 'needs_review')
    )
