-- Each (period, partner, program, requirement) judged: value against threshold, before waivers.
with thresholds as (
    select
        spine.*,
        measured.value,
        measured.value_high,
        measured.status as metric_status,
        case
            when measured.metric is null
                then 'No value of ' || spine.metric || ' was computed.'
            else measured.status_reason
        end as status_reason,
        coalesce(measured.evidence_count, 0) as evidence_count,
        measured.evidence_date,
        measured.metric is not null as is_measured,
        case
            when spine.threshold_expected then measured.expected
            else {{ parameter_number('threshold') }}
        end as threshold,
        coalesce(own_threshold.source, 'policy') as threshold_source,
        case when own_threshold.conflict then own_threshold.conflict_reason end
            as threshold_conflict,
        case
            when spine.first_judged_after is null then null
            else {{ anniversary('spine.enrolled_on', within_reach(parameter_number('grace'))) }}
        end as first_judged_on,
        -- Terms that conflict on when it is judged: how long after enrolment, or in which periods.
        coalesce(
            case when own_grace.conflict then own_grace.conflict_reason end,
            case when own_judging.conflict then own_judging.conflict_reason end
        ) as grace_conflict
    from {{ ref('int_ledger__spine') }} as spine
    left join {{ ref('int_metrics__values') }} as measured
        on {{ same_figure('spine', 'measured') }}
    {{ join_parameter('threshold', 'spine', 'spine.threshold_parameter') }}
    {{ join_parameter('grace', 'spine', 'spine.first_judged_after') }}
    {{ join_parameter('judging', 'spine', 'spine.judged_in') }}
),

plain as (
    select
        *,
        case
            when grace_conflict is not null then 'needs_review'
            when first_judged_on > ends_on or not is_judged_here then 'not_applicable'
            {{ measured_against_threshold('threshold_conflict is not null') }}
        end as plain_status
    from thresholds
)

select
    plain.*,
    {{ unless_in_doubt('plain.plain_status', 'doubt') }} as judged_status,
    doubt.reason as doubt_reason
from plain
left join {{ ref('int_ledger__in_doubt') }} as doubt
    on {{ same_member('plain', 'doubt') }}
    and plain.requirement = doubt.requirement
    and plain.plain_status = doubt.status
    and doubt.tier is null
