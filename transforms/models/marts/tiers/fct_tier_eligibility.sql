-- The facts of a calendar year held against every criterion of every tier (TIER-ANNUAL): partners
-- in the ledger of the program with tiers at the year's end. Inherited criteria repeat on each
-- rung.
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

judged as (
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
        end as judged_status
    from held
)

select
    year,
    partner_id,
    tier,
    criterion,
    case
        -- An exception stands in for what is missing (TIER-BIDIRECTIONAL).
        when waiver_id is not null and judged_status in ('not_met', 'no_evidence', 'needs_review')
            then 'waived'
        else judged_status
    end as status,
    cast(
        case when judged_status not in ('no_evidence', 'not_applicable') then value end
        as decimal(38, 4)
    ) as value,
    {{ other_value_of(
        'value', 'value_high', "judged_status in ('no_evidence', 'not_applicable')"
    ) }} as other_value,
    cast(threshold as decimal(38, 4)) as threshold,
    clause
from judged
