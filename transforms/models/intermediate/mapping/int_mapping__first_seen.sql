-- The day on which each overlap was first seen, over all its deliveries: a later delivery of the
-- same overlap only says when it was last seen.
with run as (
    select time_zone
    from {{ source('run', 'parameters') }}
),

records as (
    select
        {{ list_endpoint('endpoint') }} as endpoint,
        record_key,
        min(_received_at) as first_received_at
    from {{ known_rows('crossbeam_records') }} as known
    where endpoint like 'overlaps/%'
    group by 1, 2
),

sightings as (
    select
        mapped.partner_id,
        mapped.account_id,
        {{ program_date('records.first_received_at', 'run.time_zone') }} as seen_on
    from {{ ref('int_mapping__vendor_overlaps') }} as mapped
    inner join records
        on mapped.endpoint = records.endpoint
        and mapped.record_key = records.record_key
    cross join run
    where mapped.partner_id is not null and mapped.account_id is not null
    union all
    select
        partner_id,
        account_id,
        seen_on
    from {{ known_rows('overlaps') }} as known
    where not coalesce(is_deleted, false)
)

select
    partner_id,
    account_id,
    min(seen_on) as first_seen_on
from sightings
group by partner_id, account_id
