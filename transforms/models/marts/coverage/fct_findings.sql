-- What a person should look at, wherever it came from. Nothing here was dropped or guessed.
with notes as (
    select
        deliveries.source,
        deliveries.entity,
        deliveries.file as key,
        notes.kind as finding,
        notes.message as detail
    from {{ source('landing', 'delivery_notes') }} as notes
    inner join {{ source('landing', 'deliveries') }} as deliveries
        on notes.delivery_id = deliveries.delivery_id
    cross join {{ source('run', 'parameters') }} as run
    where run.known_at is null or deliveries.received_at <= run.known_at
),

found as (
    select source, entity, key, 'points_nowhere' as finding, detail
    from {{ ref('int_coverage__pointers') }}
    union all
    select source, entity, key, 'reversed_dates' as finding, detail
    from {{ ref('int_coverage__reversed_dates') }}
    union all
    select source, entity, key, finding, detail
    from {{ ref('int_coverage__term_faults') }}
    union all
    select source, entity, key, finding, detail
    from {{ ref('int_coverage__report_faults') }}
    union all
    select source, entity, key, finding, detail
    from notes
)

select distinct source, entity, key, finding, detail
from found
