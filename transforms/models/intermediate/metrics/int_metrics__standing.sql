-- The roll-up as a figure, for the ladder (semantics 5): an open case costs no tier,
-- so that only missing evidence leaves it undetermined.
select
    {{ figure_key('pairs') }},
    cast(case compliance.status when 'non_compliant' then 0 else 1 end as decimal(38, 4)) as value,
    case
        when compliance.status = 'undetermined'
            and max(case when results.status = 'no_evidence' then 1 else 0 end) = 1
            then 'no_evidence'
    end as status
from {{ judged_pairs(['program_compliance']) }} as pairs
inner join {{ ref('fct_program_compliance') }} as compliance
    on {{ same_member('pairs', 'compliance') }}
left join {{ ref('fct_requirement_results') }} as results
    on {{ same_member('pairs', 'results') }}
    and results.strength = 'must'
group by {{ figure_key('pairs') }}, compliance.status
