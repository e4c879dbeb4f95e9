-- What a referral needs to earn commission, a row for each need, with its result and the row that
-- says so (semantics 6): some as of its submission, some as of the run's day.
with referrals as (
    select
        referrals.*,
        {{ program_date('referrals.submitted_at', 'run.time_zone') }} as day,
        run.as_of,
        {{ date_from_parts('extract(year from run.as_of)', 1, 1) }} as year_starts_on
    from {{ ref('stg_partner_activity__referrals') }} as referrals
    cross join {{ source('run', 'parameters') }} as run
    where {{ program_date('referrals.submitted_at', 'run.time_zone') }} <= run.as_of
),

enrolled as (
    select
        referrals.referral_id,
        min(enrollments.program) as program
    from referrals
    inner join {{ enrollments_on_days('referrals', 'referral.commission_programs') }} as enrollments
        on referrals.partner_id = enrollments.partner_id
        and referrals.day = enrollments.day
        and enrollments.is_in
    {{ join_partner('referrals.partner_id', 'referrals.day') }}
    where {{ is_active('referrals.partner_id', 'referrals.day') }}
    group by referrals.referral_id
),

-- The partner's standing on the run's day: an open case of any severity, or one that was upheld in
-- its year and weighs enough.
days as (
    select distinct partner_id, as_of as day, year_starts_on
    from referrals
),

against as (
    {% call first_of_each('days.partner_id', 'cases.opened_on asc nulls last, cases.case_id asc') %}
    select
        days.partner_id,
        cases.case_id,
        {{ case_is_open('cases', 'days.day') }} as is_open,
        cases.severity,
        {{ place_columns('cases') }}
    from days
    inner join {{ cases_with_ends() }} as cases
        on days.partner_id = cases.partner_id
        and {{ case_has_begun('cases', 'days.day') }}
    left join {{ items_on_days('days', 'conduct.severities') }} as severities
        on days.partner_id = severities.partner_id
        and cases.severity = severities.item
    where {{ case_is_open('cases', 'days.day') }}
        or (
            cases.outcome = 'upheld'
            and severities.item is not null
            and cases.ended_on between days.year_starts_on and days.day
        )
    {% endcall %}
),

answers as (
    select
        referrals.referral_id,
        'program' as need,
        'GUIDE-REFERRAL-OPEN' as clause,
        enrolled.referral_id is not null as is_met,
        case
            when enrolled.referral_id is null
                then 'in no program that earns commission on ' || {{ day_text('referrals.day') }}
            else 'in the ' || enrolled.program || ' program on ' || {{ day_text('referrals.day') }}
        end as detail
    from referrals
    left join enrolled on referrals.referral_id = enrolled.referral_id
    union all
    select
        referrals.referral_id,
        'papers' as need,
        'REFR-AGREEMENT' as clause,
        papers.missing is null as is_met,
        case
            when papers.missing is null
                then 'the agreements were current on ' || {{ day_text('referrals.day') }}
            else 'not current on ' || {{ day_text('referrals.day') }} || ': ' || papers.missing
        end as detail
    from referrals
    left join {{ missing_agreements(
        'referrals', 'referral_id', 'referral.commission_agreements', only_current=true
    ) }} as papers
        on referrals.referral_id = papers.referral_id
    union all
    select
        referral_id,
        'form' as need,
        'REFR-SUBMISSION' as clause,
        via_form as is_met,
        case when via_form then 'through the form' else 'not through the form' end as detail
    from referrals
    union all
    select
        referral_id,
        'qualified' as need,
        'REFR-BEN-COMMISSION' as clause,
        coalesce(qualified_on <= as_of, false) as is_met,
        case
            when qualified_on <= as_of then 'qualified on ' || {{ day_text('qualified_on') }}
            else 'not qualified'
        end as detail
    from referrals
    union all
    select
        referral_id,
        'won' as need,
        'REFR-BEN-COMMISSION' as clause,
        outcome = 'won' and (closed_on is null or closed_on <= as_of) as is_met,
        case
            when outcome = 'won' and (closed_on is null or closed_on <= as_of) then 'won'
            else 'not won by ' || {{ day_text('as_of') }}
        end as detail
    from referrals
)

select
    answers.referral_id,
    answers.need,
    answers.clause,
    answers.is_met,
    answers.detail,
    'referrals' as entity,
    {{ place_of('referrals') }}
from answers
inner join referrals on answers.referral_id = referrals.referral_id
union all
select
    referrals.referral_id,
    'standing' as need,
    'REFR-STANDING' as clause,
    against.case_id is null as is_met,
    case
        when against.case_id is null then 'in good standing'
        when against.is_open then 'case ' || against.case_id || ' is open'
        else against.severity || ' case ' || against.case_id || ' was upheld'
    end as detail,
    case when against.case_id is null then 'referrals' else 'conduct_cases' end as entity,
    {{ place_of_match('against', 'case_id', 'referrals') }}
from referrals
left join against on referrals.partner_id = against.partner_id
