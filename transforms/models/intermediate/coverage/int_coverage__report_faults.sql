-- What is wrong with reseller reports beyond a row's own contract: the same line twice,
-- replacements that were refused, and reports after their due day.
with contents as (
    select
        partner_id,
        subscription_id,
        count(distinct report_month) as months,
        min(report_month) as first_month,
        max(report_month) as last_month,
        min(term_start) as term_start,
        min(line_type) as line_type
    from {{ ref('stg_reseller_reports__subscription_lines') }}
    group by
        partner_id, subscription_id, line_type, customer_name, customer_domain, product, quantity,
        term_start, term_end, amount, currency, order_form_id
)

select
    'reseller_reports' as source,
    'subscription_lines' as entity,
    partner_id || '/' || subscription_id as key,
    'identical_lines' as finding,
    'the same ' || line_type || ' line from ' || {{ day_text('term_start') }} || ' stands in '
    || cast(months as string) || ' months'' reports, ' || {{ month_text('first_month') }} || ' to '
    || {{ month_text('last_month') }} || '; each counts' as detail
from contents
where months > 1
union all
select
    deliveries.source,
    deliveries.entity,
    deliveries.file as key,
    'refused_replacement' as finding,
    cast(count(*) as string) || ' rows replaced nothing, because rows of the same partner and'
    || ' month were quarantined; the earlier report stands' as detail
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
