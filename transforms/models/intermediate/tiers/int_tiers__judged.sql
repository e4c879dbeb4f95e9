-- Each criterion of every tier judged for each partner in the ledger of the program with tiers at a
-- year's end (TIER-ANNUAL), and at the end of each step of the ladder's rhythm where it has one:
-- value against threshold, before waivers.
with criteria as (
    select *
    from {{ judged_criteria() }} as criteria
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
        on {{ same_figure('criteria', 'measured') }}
    {{ join_parameter('threshold', 'criteria', 'criteria.threshold_parameter') }}
    left join {{ ref('int_ledger__waivers') }} as waivers
        on {{ same_member('criteria', 'waivers') }}
        and criteria.criterion = waivers.requirement
        -- The highest tier without an accepted invitation is impossible (TIER-PREMIER-INVITE).
        and criteria.metric <> 'invitation'
),

plain as (
    select
        *,
        case
            {{ measured_against_threshold('terms_conflict') }}
        end as plain_status
    from held
)

select
    plain.*,
    {{ unless_in_doubt('plain.plain_status', 'doubt') }} as judged_status
from plain
left join {{ ref('int_ledger__in_doubt') }} as doubt
    on {{ same_member('plain', 'doubt') }}
    and plain.tier = doubt.tier
    and plain.criterion = doubt.requirement
    and plain.plain_status = doubt.status
