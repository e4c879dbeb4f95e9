-- The people of a partner on a day: its contacts, the person that each belongs to, and whether they
-- are active, both ends of a span included. The days are the ends of a partner's periods, and the
-- run's day as well: listings are judged as of it.
{% set beginning = "date '0001-01-01'" %}
with days as (
    -- Only the days of a partner's own periods: one enrolment with a mistyped year must not
    -- multiply everybody's contacts.
    select partner_id, ends_on
    from {{ ref('int_ledger__pairs') }}
    union
    select
        teams.partner_id,
        run.as_of as ends_on
    from {{ ref('int_people__teams') }} as teams
    cross join {{ source('run', 'parameters') }} as run
),

eras as (
    select
        days.partner_id,
        days.ends_on,
        coalesce(max(held.from_on), {{ beginning }}) as since_on
    from days
    left join {{ ref('int_partners__holders') }} as held
        on days.partner_id = held.holder_id
        and held.from_on <= days.ends_on
    group by days.partner_id, days.ends_on
),

-- A partner that has merged into another no longer has people of its own.
people as (
    select
        eras.ends_on,
        teams.*,
        (
            teams.active_from <= eras.ends_on
            and {{ has_not_left('teams', 'eras.ends_on') }}
        ) as contact_active
    from eras
    inner join {{ ref('int_people__teams') }} as teams
        on eras.partner_id = teams.partner_id
        and eras.since_on = teams.since_on
    {{ join_holder('holder', 'eras.partner_id', 'eras.ends_on') }}
    where {{ holder_of('holder', 'eras.partner_id') }} = eras.partner_id
)

select
    ends_on,
    partner_id,
    home_id,
    person,
    one_person,
    by_address,
    contact_id,
    name,
    role,
    active_from,
    active_to,
    contact_active,
    max(case when contact_active then 1 else 0 end) over (
        partition by ends_on, partner_id, person
    ) = 1 as person_active,
    {{ place_columns() }}
from people
