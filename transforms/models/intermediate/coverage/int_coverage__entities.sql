-- The state entities that are covered: one accepted delivery known at the run's moment, even a
-- header-only one, covers every period (semantics 2).
select
    deliveries.source,
    deliveries.entity,
    min(deliveries.received_at) as first_received_at,
    max(deliveries.received_at) as last_received_at,
    sum(deliveries.rows_accepted) as rows_accepted
from {{ source('landing', 'deliveries') }} as deliveries
cross join {{ source('run', 'parameters') }} as run
where deliveries.status = 'accepted'
    and {{ is_known('deliveries.received_at') }}
group by deliveries.source, deliveries.entity
