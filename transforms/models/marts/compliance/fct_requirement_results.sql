-- The compliance ledger: one answer to every requirement of every pair of every period (semantics
-- 3).
with waived as (
    select
        judged.*,
        waivers.waiver_id,
        waivers.valid_to,
        waivers.granted_by,
        -- A waiver replaces what is missing, never what is met or not required.
        waivers.waiver_id is not null
        and judged.judged_status in ('not_met', 'no_evidence', 'needs_review') as is_waived,
        judged.judged_status in ('no_evidence', 'not_applicable') as is_blank,
        one_person.sentence as one_person
    from {{ ref('int_ledger__judged') }} as judged
    left join {{ ref('int_ledger__waivers') }} as waivers
        on {{ same_member('judged', 'waivers') }}
        and judged.requirement = waivers.requirement
    left join {{ ref('int_people__one_person') }} as one_person
        on {{ same_figure('judged', 'one_person') }}
),

worded as (
    select
        *,
        case
            when judged_status = 'needs_review' and grace_conflict is not null then grace_conflict
            when judged_status = 'needs_review' and threshold_conflict is not null
                then threshold_conflict
            when judged_status = 'not_applicable' and first_judged_on > ends_on
                then 'First judged from ' || {{ day_text('first_judged_on') }}
                    || ' on; enrolled on ' || {{ day_text('enrolled_on') }} || '.'
            when judged_status = 'not_applicable' and not is_judged_here
                then 'Not judged in ' || period || ': ' || judged_in || ' names no such period.'
            when judged_status in ('not_applicable', 'no_evidence') or value is null
                then coalesce(status_reason, 'Nothing is known of ' || metric || '.')
            when threshold is null
                then 'No value of ' || coalesce(threshold_parameter, 'the threshold')
                    || ' is in force.'
            else
                coalesce(metric_label, metric) || ': ' || {{ plain_number('value') }} || '; '
                || {{ comparator_words('comparator') }} || {{ plain_number('threshold') }}
                || ' needed'
                || case
                    when threshold_source <> 'policy'
                        then ' by agreement ' || threshold_source
                    else ''
                end
                || '.'
                || case
                    when judged_status <> 'met' then coalesce(' ' || status_reason, '') else ''
                end
                || coalesce(' ' || doubt_reason, '')
        end as sentence
    from waived
)

select
    {{ member_key() }},
    requirement,
    case when is_waived then 'waived' else judged_status end as status,
    strength,
    metric,
    cast(case when not is_blank then value end as decimal(38, 4)) as value,
    comparator,
    cast(threshold as decimal(38, 4)) as threshold,
    threshold_source,
    cast(
        case when not is_blank then {{ gap_of('value', 'comparator', 'threshold') }} end
        as decimal(38, 4)
    ) as gap,
    clause,
    cast(evidence_count as bigint) as evidence_count,
    evidence_date,
    case when is_waived then judged_status end as underlying_status,
    {{ other_value_of('value', 'value_high', 'is_blank') }} as other_value,
    case
        when is_waived
            then 'Waived by ' || granted_by || ' until ' || {{ day_text('valid_to') }} || '. '
        else ''
    end || sentence
    || case when not is_blank then coalesce(' ' || one_person, '') else '' end as reason
from worded
