-- The six checks of a registration that do not depend on other registrations, as of its submission:
-- each with its result (pass, fail, doubt) and the row that shows it.
with registrations as (
    select *, submitted_on as day
    from {{ ref('int_deals__registrations') }}
),

-- DEAL-REGISTER: in a program that registers deals on that day.
enrolled as (
    select distinct registrations.registration_id
    from registrations
    inner join
        {{ enrollments_on_days('registrations', 'deal.registering_programs') }} as enrollments
        on registrations.partner_id = enrollments.partner_id
        and registrations.day = enrollments.day
        and enrollments.is_in
    left join {{ ref('stg_partner_activity__partners') }} as partners
        on registrations.partner_id = partners.partner_id
    where not {{ is_terminated('partners', 'registrations.day') }}
),

crm as (
    select count(*) = 2 as is_covered
    from {{ ref('int_coverage__entities') }}
    where source = 'crm' and entity in ('accounts', 'opportunities')
),

-- The most important opportunity: one of the same customer before one of a possible match, then the
-- earliest.
pursued as (
    {% call first_of_each(
        'registration_id',
        "case match when 'same' then 0 else 1 end asc,"
        ~ " created_on asc nulls last, opportunity_id asc"
    ) %}
    select *
    from {{ ref('int_deals__direct') }}
    where is_pursued
    {% endcall %}
),

answers as (
    select
        registrations.registration_id,
        'DEAL-REGISTER' as clause,
        case when enrolled.registration_id is null then 'fail' else 'pass' end as result,
        case
            when enrolled.registration_id is null then 'not in a program that registers deals on '
            else 'in a program that registers deals on '
        end || {{ day_text('registrations.day') }} as detail
    from registrations
    left join enrolled on registrations.registration_id = enrolled.registration_id
    union all
    -- Whether the pre-sales description suffices is for the person who approves.
    {%- for clause, passes, words, other_words in [
        ('DEAL-FORM', 'via_form', 'through the form', 'not through the form'),
        ('DEAL-NOT-RENEWAL', 'not is_renewal', 'no renewal', 'a renewal'),
        (
            'DEAL-PRESALES', trimmed('presales_description') ~ " <> ''",
            'pre-sales work described', 'no pre-sales work described',
        ),
    ] %}
    select
        registration_id,
        '{{ clause }}' as clause,
        case when {{ passes }} then 'pass' else 'fail' end as result,
        case when {{ passes }} then '{{ words }}' else '{{ other_words }}' end as detail
    from registrations
    union all
    {%- endfor %}
    select
        registration_id,
        'DEAL-NOT-PUBLISHED' as clause,
        case when procurement_published_on <= day then 'fail' else 'pass' end as result,
        case
            when procurement_published_on is null then 'no public procurement known'
            else 'procurement published on ' || {{ day_text('procurement_published_on') }}
        end as detail
    from registrations
)

select
    answers.registration_id,
    answers.clause,
    answers.result,
    answers.detail,
    cast(null as string) as other_id,
    {{ landed_row('deal_registration', 'registrations', 'registrations') }}
from answers
inner join registrations on answers.registration_id = registrations.registration_id
union all
select
    registrations.registration_id,
    'DEAL-NOT-DIRECT' as clause,
    case
        when pursued.match = 'same' then 'fail'
        when pursued.match = 'possible' or not crm.is_covered then 'doubt'
        else 'pass'
    end as result,
    case
        when pursued.match = 'same' then 'direct opportunity ' || pursued.opportunity_id
            || ' on this customer, open since ' || {{ day_text('pursued.created_on') }}
        when pursued.match = 'possible' then 'direct opportunity ' || pursued.opportunity_id
            || ' on what may be this customer, open since ' || {{ day_text('pursued.created_on') }}
        when not crm.is_covered then 'no delivery of CRM accounts and opportunities to look at'
        else 'no direct opportunity on this customer that day'
    end as detail,
    pursued.opportunity_id as other_id,
    case when pursued.match is null then 'deal_registration' else 'crm' end as source,
    case when pursued.match is null then 'registrations' else 'opportunities' end as entity,
    {{ place_of_match('pursued', 'match', 'registrations') }}
from registrations
cross join crm
left join pursued on registrations.registration_id = pursued.registration_id
