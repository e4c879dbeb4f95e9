-- Who belongs to a partner, and which of its contacts are one person: those with the same e-mail.
-- This changes only on the days on which others merge into the partner; from then on their people
-- count as if they had always been there.
{% set beginning = "date '0001-01-01'" %}
with stints as (
    select
        stints.*,
        coalesce('mail:' || address, 'contact:' || contact_id) as mailbox
    from {{ ref('int_people__stints') }} as stints
),

eras as (
    select distinct partner_id, {{ beginning }} as since_on from stints
    union
    select holder_id as partner_id, {{ beginning }} as since_on
    from {{ ref('int_partners__holders') }}
    union
    select holder_id as partner_id, from_on as since_on
    from {{ ref('int_partners__holders') }}
    where from_on is not null
),

people as (
    select
        members.partner_id,
        members.since_on,
        stints.partner_id as home_id,
        stints.contact_id,
        stints.name,
        stints.role,
        stints.address,
        stints.mailbox,
        stints.active_from,
        stints.active_to,
        {{ place_columns('stints') }}
    from {{ members_on_days('eras', 'since_on') }} as members
    inner join stints on members.member_id = stints.partner_id
),

-- Each step passes on the first contact of a person, by mailbox and by contact in turn: a contact
-- delivered with two addresses joins those who share either.
{% set steps = ['mailbox', 'contact_id', 'mailbox', 'contact_id', 'mailbox'] %}
{% for step in steps %}
step_{{ loop.index }} as (
    select
        before.*,
        min({{ 'contact_id' if loop.first else 'person_' ~ loop.index0 }}) over (
            partition by partner_id, since_on, {{ step }}
        ) as person_{{ loop.index }}
    from {{ 'people' if loop.first else 'step_' ~ loop.index0 }} as before
),

{% endfor %}
-- Which contacts are taken for one person, and by which addresses.
joined as (
    select
        partner_id,
        since_on,
        person_{{ steps | length }} as person,
        {{ joined('distinct contact_id', 'contact_id', ' and ') }} as contacts,
        {{ joined('distinct address', 'address', ' and ') }} as addresses
    from step_{{ steps | length }}
    group by partner_id, since_on, person_{{ steps | length }}
    having count(distinct contact_id) > 1
)

select
    people.partner_id,
    people.since_on,
    people.home_id,
    people.contact_id,
    people.person_{{ steps | length }} as person,
    joined.contacts as one_person,
    joined.addresses as by_address,
    people.name,
    people.role,
    people.active_from,
    people.active_to,
    {{ place_columns('people') }}
from step_{{ steps | length }} as people
left join joined
    on people.partner_id = joined.partner_id
    and people.since_on = joined.since_on
    and people.person_{{ steps | length }} = joined.person
