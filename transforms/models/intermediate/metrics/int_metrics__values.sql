{% set topics = [
    'int_people__metrics', 'int_reseller__metrics', 'int_apps__metrics', 'int_usage__metrics',
    'int_figures__metrics', 'int_metrics__ladder'
] %}
-- Every metric's value for each pair judged by it, after what may override it: terms that conflict,
-- then entities of which nothing was ever delivered (semantics 2, "Coverage").
with computed as (
    {% for topic in topics %}
    select
        period, partner_id, program, metric, value, value_high, expected, status, status_reason,
        evidence_count, evidence_date
    from {{ ref(topic) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- decisions and agreement_terms are always covered: no file means that nothing was decided.
uncovered as (
    select
        reads.metric,
        {{ joined("reads.source || '/' || reads.entity", 'reads.source, reads.entity') }}
            as entities
    from {{ source('policy', 'metric_reads') }} as reads
    left join {{ ref('int_coverage__entities') }} as covered
        on reads.source = covered.source
        and reads.entity = covered.entity
    where reads.coverage = 'state'
        and covered.entity is null
        and reads.source <> 'decisions'
        and reads.entity <> 'agreement_terms'
    group by reads.metric
),

conflicts as (
    select
        {{ figure_key('computed') }},
        {{ joined('own.conflict_reason', 'own.parameter', ' ') }} as conflict_reason
    from computed
    inner join {{ ref('int_policy__metric_parameters') }} as uses
        on computed.metric = uses.metric
    inner join {{ ref('int_policy__partner_values') }} as own
        on {{ same_partner('computed', 'own') }}
        and own.parameter
            = case when uses.scoped then computed.program || '.' else '' end || uses.parameter
        and own.conflict
    group by {{ figure_key('computed') }}
),

judged as (
    select
        computed.*,
        case
            when conflicts.metric is not null then 'needs_review'
            -- By the dates alone nothing is expected (expected 0): no delivery could change that.
            when computed.status = 'not_applicable' and computed.expected = 0 then 'not_applicable'
            when uncovered.metric is not null then 'no_evidence'
            else computed.status
        end as judged_status,
        conflicts.conflict_reason,
        uncovered.entities
    from computed
    left join conflicts
        on {{ same_figure('computed', 'conflicts') }}
    left join uncovered
        on computed.metric = uncovered.metric
)

select
    {{ figure_key() }},
    case
        when conflict_reason is not null or judged_status in ('no_evidence', 'not_applicable')
            then null
        else value
    end as value,
    case
        when conflict_reason is not null or judged_status in ('no_evidence', 'not_applicable')
            then null
        else value_high
    end as value_high,
    expected,
    judged_status as status,
    case
        when conflict_reason is not null then conflict_reason
        when judged_status = 'no_evidence' and coalesce(status, '') <> 'no_evidence'
            then 'Nothing was delivered of ' || entities || '.'
        else status_reason
    end as status_reason,
    coalesce(evidence_count, 0) as evidence_count,
    evidence_date
from judged
