-- Each criterion of each tier judged again on the calendar year (TIER-ANNUAL).
with facts as (
    select period, program, metric, value, value_high, status from recomputed_metrics
    union all
    select
        period, program, 'program_compliance',
        case status when 'non_compliant' then 0 else 1 end::decimal(38, 4), null,
        case when status = 'undetermined' and lacks_evidence then 'no_evidence' end
    from recomputed_standing
),

doubts as (
    select
        tier, requirement, bool_or(doubts_met) as met, bool_or(doubts_not_met) as not_met
    from unread_rows
    where tier is not null
    group by tier, requirement
),

judged as (
    select
        criteria.tier,
        criteria.criterion,
        criteria.metric,
        criteria.comparator,
        criteria.clause,
        facts.metric is not null as is_measured,
        facts.status as metric_status,
        facts.value,
        facts.value_high,
        threshold.number as threshold,
        coalesce(threshold.conflict, false) as terms_conflict,
        -- An invitation is never waived (TIER-PREMIER-INVITE).
        waivers.requirement is not null and criteria.metric <> 'invitation' as has_waiver,
        coalesce(doubts.met, false) as doubts_met,
        coalesce(doubts.not_met, false) as doubts_not_met
    from pairs
    inner join tier_criteria as criteria using (program)
    left join facts
        on facts.period = pairs.period
        and facts.program = pairs.program
        and facts.metric = criteria.metric
    left join thresholds as threshold
        on threshold.period = pairs.period and threshold.parameter = criteria.threshold_parameter
    left join waivers
        on waivers.period = pairs.period
        and waivers.program = pairs.program
        and waivers.requirement = criteria.criterion
    left join doubts
        on doubts.tier = criteria.tier and doubts.requirement = criteria.criterion
    where pairs.kind = 'year'
),

held as (
    select
        *,
        case comparator
            when '>=' then value >= threshold when '<=' then value <= threshold
            else value = threshold
        end as holds,
        case comparator
            when '>=' then value_high >= threshold when '<=' then value_high <= threshold
            else value_high = threshold
        end as holds_high
    from judged
),

answered as (
    select
        *,
        case
            when metric_status = 'not_applicable' then 'not_applicable'
            when terms_conflict then 'needs_review'
            when not is_measured then 'no_evidence'
            when metric_status is not null then metric_status
            when value is null then 'no_evidence'
            when threshold is null then 'needs_review'
            when holds_high is not null and holds_high <> holds then 'needs_review'
            when case when holds then doubts_met else doubts_not_met end then 'needs_review'
            when holds then 'met'
            else 'not_met'
        end as before_waivers
    from held
)

select
    tier,
    criterion,
    metric,
    case
        when has_waiver and before_waivers in ('not_met', 'no_evidence', 'needs_review')
            then 'waived'
        else before_waivers
    end as status,
    case when before_waivers not in ('no_evidence', 'not_applicable') then value end as value,
    threshold::decimal(38, 4) as threshold,
    clause
from answered
