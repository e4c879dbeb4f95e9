-- A person of a partner: a contact, or all its contacts with one e-mail; active in a period when
-- one of those contacts is active at the period's end, both ends of its span included. The run's
-- day is one of those days as well: listings are judged as of it.
with contacts as (
    select
        contact_id,
        partner_id,
        name,
        role,
        active_from,
        active_to,
        case
            when {{ trimmed('email') }} <> '' then 'mail:' || lower({{ trimmed('email') }})
            else 'contact:' || contact_id
        end as person,
        _file,
        _row,
        _cell
    from {{ ref('stg_partner_activity__contacts') }}
),

-- Only the days of a partner's own periods: one enrolment with a slip in its year must not multiply
-- everybody's contacts.
days as (
    select partner_id, ends_on
    from {{ ref('int_ledger__pairs') }}
    union
    select contacts.partner_id, run.as_of as ends_on
    from contacts
    cross join {{ source('run', 'parameters') }} as run
)

select
    days.ends_on,
    contacts.partner_id,
    contacts.person,
    contacts.contact_id,
    contacts.name,
    contacts.role,
    contacts.active_from,
    (
        contacts.active_from <= days.ends_on
        and (contacts.active_to is null or contacts.active_to >= days.ends_on)
    ) as contact_active,
    max(
        case
            when contacts.active_from <= days.ends_on
                and (contacts.active_to is null or contacts.active_to >= days.ends_on)
                then 1
            else 0
        end
    ) over (partition by days.ends_on, contacts.partner_id, contacts.person) = 1 as person_active,
    contacts._file,
    contacts._row,
    contacts._cell
from contacts
inner join days
    on contacts.partner_id = days.partner_id
