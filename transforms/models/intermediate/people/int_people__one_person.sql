-- Results that depend on two contacts being taken for one person because they share an e-mail
-- address: the figure would differ if they were different people (semantics 4).
with counted as (
    select
        {{ figure_key() }},
        count(distinct case when standing = 'counts' then item end) as people,
        count(distinct case when counts_alone then contact_id end) as contacts
    from {{ ref('int_people__training_facts') }}
    where metric in ('certified_people', 'partnership_managers')
    group by {{ figure_key() }}
    union all
    select
        {{ member_key() }},
        'training_roles_filled' as metric,
        max(case when taken_as = 'person' then roles_filled end) as people,
        max(case when taken_as = 'contact' then roles_filled end) as contacts
    from {{ ref('int_people__roles_filled') }}
    group by {{ member_key() }}
),

-- Contacts who are one person with another and have a row that was looked at.
taken as (
    select distinct
        {{ figure_key('facts') }},
        persons.one_person,
        persons.by_address
    from {{ ref('int_people__training_facts') }} as facts
    inner join {{ ref('int_periods') }} as periods on facts.period = periods.period
    inner join {{ ref('int_people__persons') }} as persons
        on facts.partner_id = persons.partner_id
        and periods.ends_on = persons.ends_on
        and facts.item = persons.person
    where persons.one_person is not null
        and (facts.standing = 'counts' or facts.counts_alone)
)

select
    {{ figure_key('counted') }},
    counted.people,
    counted.contacts,
    'Taken for one person: ' || {{ joined(
        "taken.one_person || ' (' || " ~ shared_address('taken.by_address', 'by ') ~ " || ')'",
        'taken.one_person',
        '; '
    ) }} || '.' as sentence
from counted
inner join taken
    on {{ same_figure('counted', 'taken') }}
where counted.people <> counted.contacts
group by
    counted.period, counted.partner_id, counted.program, counted.metric, counted.people,
    counted.contacts
