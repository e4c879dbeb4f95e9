-- Roll-up of each pair over `must` requirements only; a program without any is compliant: no
-- requirement set. `should` results are advice (GOV-DISTINCT: each program stands alone).
select
    {{ member_key('pairs') }},
    case
        when max(case when results.status = 'not_met' then 1 else 0 end) = 1 then 'non_compliant'
        when max(case when results.status in ('no_evidence', 'needs_review') then 1 else 0 end) = 1
            then 'undetermined'
        else 'compliant'
    end as status
from {{ ref('int_ledger__pairs') }} as pairs
left join {{ ref('fct_requirement_results') }} as results
    on {{ same_member('pairs', 'results') }}
    and results.strength = 'must'
group by {{ member_key('pairs') }}
