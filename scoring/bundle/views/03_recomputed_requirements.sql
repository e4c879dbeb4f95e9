-- Each requirement judged again: the figure against the threshold, then waivers.
with doubts as (
    select
        period, program, requirement, bool_or(doubts_met) as met, bool_or(doubts_not_met) as not_met
    from unread_rows
    where tier is null
    group by period, program, requirement
),

judged as (
    select
        pairs.period,
        pairs.program,
        pairs.enrolled_on,
        pairs.ends_on,
        rules.requirement,
        rules.strength,
        rules.clause,
        rules.comparator,
        figures.value,
        figures.value_high,
        figures.status as metric_status,
        figures.metric is not null as is_measured,
        case when rules.threshold_expected then figures.expected else threshold.number end
            as threshold,
        coalesce(threshold.source, 'policy') as threshold_source,
        coalesce(threshold.conflict, false) as terms_conflict,
        coalesce(grace.conflict, false) or coalesce(judging.conflict, false) as grace_conflicts,
        rules.first_judged_after is not null as has_grace,
        coalesce(list_contains(rules.not_judged_in, pairs.period), false) as judged_elsewhere,
        (pairs.enrolled_on + to_months(grace.number::integer))::date as months_on,
        waivers.requirement is not null as has_waiver,
        -- What a row that could not be read may undo is for a person.
        coalesce(doubts.met, false) as doubts_met,
        coalesce(doubts.not_met, false) as doubts_not_met
    from pairs
    inner join requirements as rules using (program)
    left join recomputed_metrics as figures using (period, program, metric)
    left join thresholds as threshold
        on threshold.period = pairs.period and threshold.parameter = rules.threshold_parameter
    left join thresholds as grace
        on grace.period = pairs.period and grace.parameter = rules.first_judged_after
    left join own_terms as judging
        on judging.period = pairs.period and judging.parameter = rules.judged_in
    left join waivers
        on waivers.period = pairs.period
        and waivers.program = pairs.program
        and waivers.requirement = rules.requirement
    left join doubts
        on doubts.period = pairs.period
        and doubts.program = pairs.program
        and doubts.requirement = rules.requirement
),

held as (
    select
        *,
        -- The same day some months on, or the first of the next month where it does not exist.
        case
            when has_grace and day(months_on) < day(enrolled_on) then months_on + 1
            when has_grace then months_on
        end > ends_on as judged_later,
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
            when grace_conflicts then 'needs_review'
            when judged_elsewhere or judged_later or metric_status = 'not_applicable' then 'not_applicable'
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
    period,
    program,
    requirement,
    case
        when has_waiver and before_waivers in ('not_met', 'no_evidence', 'needs_review')
            then 'waived'
        else before_waivers
    end as status,
    strength,
    case when before_waivers not in ('no_evidence', 'not_applicable') then value end as value,
    comparator,
    threshold::decimal(38, 4) as threshold,
    threshold_source,
    clause
from answered
