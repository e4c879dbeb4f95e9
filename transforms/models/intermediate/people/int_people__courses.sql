-- Courses of the tracks that a program asks for, beside the person who took them. A course follows
-- its person, whichever partner the training names; a course that names the partner but whose
-- person is not there is listed all the same, with where that person is.
with pairs as (
    select * from {{ judged_pairs(['training_roles_filled', 'certified_people']) }} as pairs
),

-- A contact of the partner, once, whatever stints it had there.
people as (
    select
        ends_on,
        partner_id,
        contact_id,
        min(person) as person,
        min(one_person) as one_person,
        min(by_address) as by_address,
        bool_or(person_active) as person_active,
        bool_or(contact_active) as contact_active
    from {{ ref('int_people__persons') }}
    group by ends_on, partner_id, contact_id
),

-- The courses that may be the partner's: of one of its people, or naming the partner.
known as (
    select
        people.ends_on,
        people.partner_id,
        trainings.training_id
    from people
    inner join {{ ref('stg_partner_activity__trainings') }} as trainings
        on people.contact_id = trainings.contact_id
    union
    select
        members.ends_on,
        members.partner_id,
        trainings.training_id
    from {{ members_on_days('pairs', 'ends_on') }} as members
    inner join {{ ref('stg_partner_activity__trainings') }} as trainings
        on members.member_id = trainings.partner_id
),

courses as (
    select
        {{ figure_key('pairs') }},
        pairs.ends_on,
        lists.position,
        trainings.training_id,
        trainings.partner_id as named_with,
        trainings.contact_id,
        trainings.track,
        trainings.course,
        trainings.enrolled_on,
        trainings.completed_on,
        trainings.passed,
        trainings.expires_on,
        people.person,
        people.one_person,
        people.by_address,
        coalesce(people.person_active, false) as person_active,
        coalesce(people.contact_active, false) as contact_active,
        coalesce(
            trainings.completed_on <= pairs.ends_on
            and trainings.passed
            and (trainings.expires_on is null or trainings.expires_on >= pairs.ends_on),
            false
        ) as is_held,
        {{ place_columns('trainings') }}
    from pairs
    inner join {{ ref('int_ledger__lists') }} as lists
        on {{ same_member('pairs', 'lists') }}
        and lists.parameter = pairs.program || case pairs.metric
            when 'certified_people' then '.certification_tracks'
            else '.training_roles'
        end
    inner join known
        on pairs.partner_id = known.partner_id
        and pairs.ends_on = known.ends_on
    inner join {{ ref('stg_partner_activity__trainings') }} as trainings
        on known.training_id = trainings.training_id
        and lists.item = trainings.track
        -- Begun or completed by then: a completion dated before its enrolment counts too.
        and coalesce(
            least(trainings.enrolled_on, trainings.completed_on), pairs.ends_on
        ) <= pairs.ends_on
    left join people
        on pairs.partner_id = people.partner_id
        and pairs.ends_on = people.ends_on
        and trainings.contact_id = people.contact_id
),

-- Where a person is who is not active at the partner.
elsewhere as (
    {% call first_of_each(
        'courses.period, courses.partner_id, courses.program, courses.metric, courses.position, '
        ~ 'courses.training_id',
        'stints.active_from desc'
    ) %}
    select
        {{ figure_key('courses') }},
        courses.position,
        courses.training_id,
        {{ holder_of('holder', 'stints.partner_id') }} as at_partner_id,
        stints.active_from as at_since,
        {{ has_not_left('stints', 'courses.ends_on') }} as is_there
    from courses
    inner join {{ ref('int_people__stints') }} as stints
        on courses.contact_id = stints.contact_id
        and stints.active_from <= courses.ends_on
    {{ join_holder('holder', 'stints.partner_id', 'courses.ends_on') }}
    where not courses.person_active
    {% endcall %}
)

select
    {{ figure_key('courses') }},
    courses.ends_on,
    courses.position,
    courses.training_id,
    courses.named_with,
    courses.contact_id,
    courses.track,
    courses.course,
    courses.enrolled_on,
    courses.completed_on,
    courses.passed,
    courses.expires_on,
    courses.person,
    courses.one_person,
    courses.by_address,
    courses.person_active,
    courses.contact_active,
    courses.is_held,
    case when elsewhere.at_partner_id <> courses.partner_id then elsewhere.at_partner_id end
        as at_partner_id,
    elsewhere.at_since,
    elsewhere.is_there,
    elsewhere.training_id is not null or courses.person is not null as is_on_file,
    {{ place_columns('courses') }}
from courses
left join elsewhere
    on {{ same_figure('courses', 'elsewhere') }}
    and courses.position = elsewhere.position
    and courses.training_id = elsewhere.training_id
