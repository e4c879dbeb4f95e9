-- What is wrong with reseller reports beyond a row's own contract: replacements that were refused,
-- and reports after their due day.
select
    deliveries.source,
    deliveries.entity,
    deliveries.file as key,
    'refused_replacement' as finding,
    {{ counted('count(*)', 'row', 'rows') }}
    || ' replaced nothing, because rows of the same partner and month were quarantined; the earlier'
    || ' report stands' as detail
from {{ source('landing', 'quarantine') }} as quarantine
inner join {{ source('landing', 'deliveries') }} as deliveries
    on quarantine.delivery_id = deliveries.delivery_id
cross join {{ source('run', 'parameters') }} as run
where quarantine.rule = 'replacement'
    and (run.known_at is null or deliveries.received_at <= run.known_at)
group by deliveries.source, deliveries.entity, deliveries.file
union all
select
    source,
    entity,
    partner_id || '/' || {{ month_text('month') }} as key,
    'late_report' as finding,
    'received ' || {{ day_text('received') }} || ', due ' || {{ day_text('due') }} as detail
from {{ ref('fct_source_coverage') }}
where entity = 'reports' and status = 'late'
