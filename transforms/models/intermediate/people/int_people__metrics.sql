-- People and papers as values (semantics 4): what counts, and what would count if every open
-- question went that way. Knows no threshold.
with pairs as (
    select *
    from {{ judged_pairs([
        'training_roles_filled', 'agreements_current', 'agreements_signed', 'agreements_redlined',
        'partnership_managers', 'certified_people', 'certification_announced',
        'references_in_year', 'marketing_quarters', 'business_plan_complete', 'conduct_upheld'
    ]) }} as pairs
),

counted as (
    select
        {{ figure_key() }},
        count(distinct case when standing = 'counts' then item end) as items,
        count(distinct case when standing in ('counts', 'open') then item end) as items_high,
        count(*) as evidence_count,
        max(evidence_date) as evidence_date,
        {{ joined(
            "case when metric in ('business_plan_complete', 'agreements_current')"
            ~ " and standing = 'short' then detail end",
            'evidence_date, detail', '; '
        ) }} as shortfall,
        {{ joined("case when standing = 'open' then detail end", 'evidence_date, detail', '; ') }}
            as open_questions
    from {{ ref('int_people__evidence') }}
    group by {{ figure_key() }}
),

quarters as (
    select period, partner_id, program, count(*) as expected
    from {{ ref('int_ledger__quarters') }}
    group by {{ member_key() }}
),

reference_periods as (
    select distinct pairs.period, pairs.partner_id, pairs.program
    from pairs
    inner join {{ ref('int_ledger__lists') }} as lists
        on {{ same_member('pairs', 'lists') }}
        and lists.parameter = 'references.judged_in'
        and lists.item in (pairs.kind, pairs.suffix)
),

joined as (
    select
        {{ figure_key('pairs') }},
        pairs.ends_on,
        pairs.enrolled_on,
        pairs.year,
        coalesce(counted.items, 0) as items,
        coalesce(counted.items_high, 0) as items_high,
        coalesce(counted.evidence_count, 0) as evidence_count,
        counted.evidence_date,
        counted.shortfall,
        counted.open_questions,
        coalesce(roles.roles_filled, 0) as roles_filled,
        coalesce(quarters.expected, 0) as quarters_expected,
        reference_periods.period is not null as judges_references,
        {{ monthday_in_year(parameter_text('due'), 'extract(year from pairs.ends_on)') }}
            as plan_due_on
    from pairs
    {{ join_parameter('due', 'pairs', "pairs.program || '.plan_due'") }}
    left join counted
        on {{ same_figure('pairs', 'counted') }}
    left join {{ ref('int_people__roles_filled') }} as roles
        on {{ same_member('pairs', 'roles') }}
        and roles.taken_as = 'person'
    left join quarters
        on {{ same_member('pairs', 'quarters') }}
    left join reference_periods
        on {{ same_member('pairs', 'reference_periods') }}
),

-- Nothing is expected if the dates alone say so; a plan delivered before its due day still counts.
judged as (
    select
        *,
        case
            when metric = 'references_in_year' and not judges_references
                then 'References are judged over the calendar year, not in this period.'
            when metric = 'marketing_quarters' and quarters_expected = 0
                then 'No calendar quarter lies wholly in the period and the enrolment.'
            when metric = 'business_plan_complete' and enrolled_on > plan_due_on
                then 'Enrolled after the plan of the year was due on '
                    || {{ day_text('plan_due_on') }} || '.'
            when metric = 'business_plan_complete' and plan_due_on > ends_on and items = 0
                then 'The plan of the year is not due before '
                    || {{ day_text('plan_due_on') }} || '.'
        end as nothing_expected
    from joined
)

select
    {{ figure_key() }},
    cast(case
        when nothing_expected is not null then null
        when metric = 'training_roles_filled' then roles_filled
        when metric in ('certification_announced', 'business_plan_complete') then least(items, 1)
        else items
    end as decimal(38, 4)) as value,
    cast(case
        when nothing_expected is not null then null
        when items_high > items then items_high
    end as decimal(38, 4)) as value_high,
    cast(case
        when nothing_expected is not null then 0
        when metric = 'marketing_quarters' then quarters_expected
    end as decimal(38, 4)) as expected,
    case when nothing_expected is not null then 'not_applicable' end as status,
    case
        when nothing_expected is not null then nothing_expected
        when items_high > items then 'In doubt: ' || open_questions || '.'
        when shortfall is not null then 'Short of it: ' || shortfall || '.'
    end as status_reason,
    cast(evidence_count as bigint) as evidence_count,
    evidence_date
from judged
