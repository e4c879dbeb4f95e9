{% set career %}
partition by contact_id
            order by
                active_from asc, _received_at asc, _file asc, _row asc nulls last,
                _cell asc nulls last, partner_id asc
{% endset %}
-- Contacts at each partner, by span of days. A contact who moves is delivered again under the new
-- partner, which ends the earlier row on the day before; one who comes back is delivered again
-- under the first, and the earlier stint is kept, since past half-years do not change when somebody
-- changes employers.
with current_contacts as (
    select
        contact_id, partner_id, name, email, role, active_from, active_to,
        _received_at, _file, _row, _cell
    from {{ ref('stg_partner_activity__contacts') }}
),

-- An earlier version of a row counts only where the person was with another partner in between.
returned as (
    {% call first_of_each(
        'versions.contact_id, versions.partner_id',
        'versions._received_at desc nulls last, versions._file desc nulls last, '
        ~ 'versions._row desc nulls last, versions._cell desc nulls last'
    ) %}
    select
        versions.contact_id, versions.partner_id, versions.name, versions.email, versions.role,
        versions.active_from, versions.active_to,
        versions._received_at, versions._file, versions._row, versions._cell
    from {{ known_rows('contacts') }} as versions
    inner join current_contacts as since
        on versions.contact_id = since.contact_id
        and versions.partner_id = since.partner_id
        and versions.active_from < since.active_from
    inner join current_contacts as elsewhere
        on versions.contact_id = elsewhere.contact_id
        and versions.partner_id <> elsewhere.partner_id
        and versions.active_from < elsewhere.active_from
        and elsewhere.active_from <= since.active_from
    {% endcall %}
),

all_rows as (
    select current_contacts.*, false as is_earlier from current_contacts
    union all
    select returned.*, true as is_earlier from returned
),

-- Of two stints that begin on the same day the one delivered later counts, and a finding says so.
followed as (
    select
        all_rows.*,
        lead(active_from) over ({{ career }}) as next_from,
        lead(partner_id) over ({{ career }}) as next_partner_id
    from all_rows
)

select
    contact_id,
    partner_id,
    name,
    role,
    case when {{ trimmed('email') }} <> '' then lower({{ trimmed('email') }}) end as address,
    active_from,
    active_to as stated_to,
    least(active_to, {{ add_days('next_from', -1) }}) as active_to,
    next_partner_id,
    next_from,
    is_earlier,
    {{ place_columns() }}
from followed
