-- What has to be answered: every pair of the ledger times every requirement of its program. Nothing
-- that is missing elsewhere can be missing here (GOV-DISTINCT: each program stands alone).
select
    pairs.period,
    pairs.partner_id,
    pairs.program,
    pairs.starts_on,
    pairs.ends_on,
    pairs.enrolled_on,
    requirements.requirement,
    requirements.clause,
    requirements.strength,
    requirements.metric,
    requirements.comparator,
    requirements.threshold_parameter,
    requirements.threshold_expected,
    requirements.first_judged_after,
    requirements.label,
    metrics.label as metric_label,
    metrics.unit
from {{ ref('int_ledger__pairs') }} as pairs
inner join {{ source('policy', 'requirements') }} as requirements
    on pairs.program = requirements.program
left join {{ source('policy', 'metrics') }} as metrics
    on requirements.metric = metrics.metric
