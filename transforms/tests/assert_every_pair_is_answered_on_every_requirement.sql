-- Failing means that a requirement of an enrolled partner has no answer, or that there is an answer
-- for a pair that is not in the ledger.
select spine.period, spine.partner_id, spine.program, spine.requirement
from {{ ref('int_ledger__spine') }} as spine
left join {{ ref('fct_requirement_results') }} as results
    on {{ same_member('spine', 'results') }}
    and spine.requirement = results.requirement
where results.status is null
union all
select period, partner_id, program, cast(count(*) as varchar) as requirement
from {{ ref('fct_program_compliance') }}
group by period, partner_id, program
having count(*) <> 1
union all
select pairs.period, pairs.partner_id, pairs.program, 'no roll-up' as requirement
from {{ ref('int_ledger__pairs') }} as pairs
left join {{ ref('fct_program_compliance') }} as compliance
    on {{ same_member('pairs', 'compliance') }}
where compliance.status is null
