-- The roll-up of each program over what must be met (GOV-DISTINCT: each stands alone).
select
    pairs.period,
    pairs.program,
    case
        when bool_or(results.status = 'not_met') then 'non_compliant'
        when bool_or(results.status in ('no_evidence', 'needs_review')) then 'undetermined'
        else 'compliant'
    end as status,
    coalesce(bool_or(results.status = 'no_evidence'), false) as lacks_evidence
from pairs
left join recomputed_requirements as results
    on results.period = pairs.period
    and results.program = pairs.program
    and results.strength = 'must'
group by pairs.period, pairs.program
