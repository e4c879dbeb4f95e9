-- What is wrong with reseller reports beyond a row's own contract: replacements that were refused,
-- and reports after their due day. A report counts by its last delivery, so one that came in time
-- and was delivered again later, corrected, is late: its finding names the first receipt too.
with receipts as (
    select
        partner_id,
        report_month,
        min(received_on) as first_on
    from {{ known_rows('reports') }} as known
    group by partner_id, report_month
)

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
    and {{ is_known('deliveries.received_at') }}
group by deliveries.source, deliveries.entity, deliveries.file
union all
select
    coverage.source,
    coverage.entity,
    coverage.partner_id || '/' || {{ month_text('coverage.month') }} as key,
    'late_report' as finding,
    'received ' || {{ day_text('coverage.received') }} || ', due ' || {{ day_text('coverage.due') }}
    || case
        when receipts.first_on < coverage.received
            then '; first received ' || {{ day_text('receipts.first_on') }}
                || ', but a report counts by its last delivery'
        else ''
    end as detail
from {{ ref('fct_source_coverage') }} as coverage
left join receipts
    on coverage.partner_id = receipts.partner_id
    and coverage.month = receipts.report_month
where coverage.entity = 'reports' and coverage.status = 'late'
