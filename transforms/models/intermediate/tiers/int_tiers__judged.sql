-- Each criterion of every tier judged for each partner in the ledger of the program with tiers at a
-- year's end: value against threshold, before waivers (TIER-ANNUAL).
with criteria as (
    select
        pairs.period,
        pairs.year,
        pairs.partner_id,
        pairs.program,
        criteria.tier,
        criteria.criterion,
        criteria.metric,
        criteria.comparator,
        criteria.threshold_parameter,
        criteria.clause
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ source('policy', 'tiers') }} as tiers
        on pairs.program = tiers.program
    inner join {{ source('policy', 'tier_criteria') }} as criteria
        on tiers.tier = criteria.tier
    where pairs.kind = 'year'
),

measured as (
    select period, partner_id, program, metric, value, value_high, status
    from {{ ref('int_metrics__values') }}
    union all
    select
        period, partner_id, program, metric, value, cast(null as decimal(38, 4)) as value_high,
        status
    from {{ ref('int_metrics__standing') }}
),

held as (
    select
        criteria.*,
        measured.metric is not null as is_measured,
        measured.status as metric_status,
        measured.value,
        measured.value_high,
        {{ parameter_number('threshold') }} as threshold,
        coalesce(own_threshold.conflict, false) as terms_conflict,
        waivers.waiver_id
    from criteria
    left join measured
        on criteria.period = measured.period
        and criteria.partner_id = measured.partner_id
        and criteria.program = measured.program
        and criteria.metric = measured.metric
    {{ join_parameter('threshold', 'criteria', 'criteria.threshold_parameter') }}
    left join {{ ref('int_ledger__waivers') }} as waivers
        on criteria.period = waivers.period
        and criteria.partner_id = waivers.partner_id
        and criteria.program = waivers.program
        and criteria.criterion = waivers.requirement
        -- The highest tier without an accepted invitation is impossible (TIER-PREMIER-INVITE).
        and criteria.metric <> 'invitation'
),

plain as (
    select
        *,
        case
            when metric_status = 'not_applicable' then 'not_applicable'
            when terms_conflict then 'needs_review'
            when not is_measured then 'no_evidence'
            when metric_status is not null then metric_status
            when value is null then 'no_evidence'
            when threshold is null then 'needs_review'
            when value_high is not null
                and {{ holds('value', 'comparator', 'threshold') }}
                <> {{ holds('value_high', 'comparator', 'threshold') }}
                then 'needs_review'
            when {{ holds('value', 'comparator', 'threshold') }} then 'met'
            else 'not_met'
        end as plain_status
    from held
)

select
    plain.*,
    {{ unless_in_doubt('plain.plain_status', 'doubt') }} as judged_status
from plain
left join {{ ref('int_ledger__in_doubt') }} as doubt
    on plain.period = doubt.period
    and plain.partner_id = doubt.partner_id
    and plain.program = doubt.program
    and plain.tier = doubt.tier
    and plain.criterion = doubt.requirement
    and plain.plain_status = doubt.status
