-- Quarantined rows that are visible at the run's moment, each with the partner that it is about: by
-- its own column, else the owner of the app on the row's day, or the partner of the agreement that
-- it names (semantics 2). A row whose day cannot be read belongs to every owner.
select
    unread.source,
    unread.entity,
    unread._delivery_id,
    {{ place_columns('unread') }},
    unread.whole_file,
    coalesce(unread.partner_id, owners.named_id, agreements.partner_id) as partner_id,
    unread.kind,
    unread.parameter,
    unread.first_day,
    unread.last_day,
    unread.column_name,
    unread.value,
    unread.rule,
    unread.message,
    {{ program_date('unread._received_at', 'run.time_zone') }} as received_on
from {{ known_rows('unread_rows') }} as unread
cross join {{ source('run', 'parameters') }} as run
left join {{ ref('int_apps__owners') }} as owners
    on unread.app_id = owners.app_id
    and unread.partner_id is null
    and (
        unread.first_day is null
        or ({{ holds_on('owners', 'unread.first_day') }})
    )
left join {{ ref('stg_partner_activity__agreements') }} as agreements
    on unread.agreement_id = agreements.agreement_id
    and unread.partner_id is null
    and unread.app_id is null
where unread.put_right_at is null
    or (run.known_at is not null and unread.put_right_at > run.known_at)
