-- The roll-up as a figure, for the ladder (semantics 5): an open case costs no tier,
-- so that only missing evidence leaves it undetermined.
select
    pairs.period,
    pairs.partner_id,
    pairs.program,
    pairs.metric,
    cast(case compliance.status when 'non_compliant' then 0 else 1 end as decimal(38, 4)) as value,
    case
        when compliance.status = 'undetermined'
            and max(case when results.status = 'no_evidence' then 1 else 0 end) = 1
            then 'no_evidence'
    end as status
from {{ judged_pairs(['program_compliance']) }} as pairs
inner join {{ ref('fct_program_compliance') }} as compliance
    on pairs.period = compliance.period
    and pairs.partner_id = compliance.partner_id
    and pairs.program = compliance.program
left join {{ ref('fct_requirement_results') }} as results
    on pairs.period = results.period
    and pairs.partner_id = results.partner_id
    and pairs.program = results.program
    and results.strength = 'must'
group by pairs.period, pairs.partner_id, pairs.program, pairs.metric, compliance.status
