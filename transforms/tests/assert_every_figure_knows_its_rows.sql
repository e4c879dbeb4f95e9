{{ config(severity='warn') }}
-- Failing means that a result counts evidence that cannot be shown, or leaves some out.
with shown as (
    select period, partner_id, program, metric, count(*) as evidence_count
    from {{ ref('int_metrics__evidence') }}
    group by period, partner_id, program, metric
)

select measured.period, measured.partner_id, measured.program, measured.metric
from {{ ref('int_metrics__values') }} as measured
left join shown
    on {{ same_partner('measured', 'shown') }}
    and measured.metric = shown.metric
    -- A row without a program applies to every program.
    and (measured.program = shown.program or shown.program is null)
group by
    measured.period, measured.partner_id, measured.program, measured.metric,
    measured.evidence_count
having measured.evidence_count <> coalesce(sum(shown.evidence_count), 0)
