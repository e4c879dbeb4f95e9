-- What has to be answered: every pair of the ledger times every requirement of its program. Missing
-- data elsewhere never removes a row here (GOV-DISTINCT: each program stands alone).
select
    {{ member_key('pairs') }},
    pairs.starts_on,
    pairs.ends_on,
    pairs.enrolled_on,
    pairs.kind,
    requirements.requirement,
    requirements.clause,
    requirements.strength,
    requirements.metric,
    requirements.comparator,
    requirements.threshold_parameter,
    requirements.threshold_expected,
    requirements.first_judged_after,
    requirements.judged_in,
    requirements.judged_in is null or judging.parameter is not null as is_judged_here,
    requirements.label,
    metrics.label as metric_label,
    metrics.unit
from {{ ref('int_ledger__pairs') }} as pairs
inner join {{ source('policy', 'requirements') }} as requirements
    on pairs.program = requirements.program
left join {{ source('policy', 'metrics') }} as metrics
    on requirements.metric = metrics.metric
-- A requirement that is judged in some periods names the list of them.
left join (
    select distinct listed.period, listed.partner_id, listed.program, listed.parameter
    from {{ ref('int_ledger__pairs') }} as judged
    inner join {{ ref('int_ledger__lists') }} as listed
        on {{ same_member('judged', 'listed') }}
        and listed.item in (judged.kind, judged.suffix)
) as judging
    on {{ same_member('pairs', 'judging') }}
    and requirements.judged_in = judging.parameter
