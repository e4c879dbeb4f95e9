-- The rows behind every metric that counts: `item` is counted once; `standing` is `counts`, `open`
-- (would count if the open question went that way), `short` (looked at, does not count) or `context`.
-- One row per period, program, metric and landed row.
with items as (
    select
        period, program, metric, item, position, standing, source, entity, file, row_number, cell,
        evidence_date, detail
    from intermediate.int_people__evidence
    where partner_id = $partner
    union all
    select
        period, null, metric, app_id, null, case when is_short then 'counts' else 'short' end,
        source, entity, file, row_number, cell, evidence_date, detail
    from intermediate.int_apps__facts
    where partner_id = $partner
    union all
    select
        period, program, metric, request_id, null,
        case when is_answered then 'counts' else 'short' end, 'app_usage', 'contact_requests',
        _file, _row, _cell, received_on, null
    from intermediate.int_apps__contact_requests
    where partner_id = $partner
    union all
    select
        period, program, metric, concat_ws(' ', line_id, _file, _row), null,
        case when lack is null then 'short' else 'counts' end, 'reseller_reports',
        'subscription_lines', _file, _row, _cell, term_start, coalesce(lack, 'executed order form')
    from intermediate.int_reseller__orders
    where partner_id = $partner
    union all
    select
        period, program, metric, strftime(report_month, '%Y-%m'), null,
        case when is_received then 'counts' else 'short' end, 'reseller_reports', 'reports', _file,
        _row, _cell, received_on, 'due ' || cast(due_on as varchar)
    from intermediate.int_reseller__reports
    where partner_id = $partner
    union all
    select
        period, program, metric, quarter, null,
        case when line_id is null then 'short' else 'counts' end, 'reseller_reports',
        'forecast_lines', _file, _row, _cell, received_on, null
    from intermediate.int_reseller__forecasts
    where partner_id = $partner
    union all
    select
        flow.period, flow.program, 'bidirectional_apps', flow.app_id, null,
        case
            when flow.observed is null then 'open'
            when flow.observed = 'bidirectional' then 'counts'
            else 'short'
        end,
        'app_usage', 'usage_events', null, null, null, null,
        'months read: ' || cast(flow.months_read as varchar) || ', written: '
        || cast(flow.months_write as varchar) || ', each needed: '
        || cast(flow.months_needed as varchar)
    from intermediate.int_usage__data_flow as flow
    inner join intermediate.int_apps__listed as listed using (period, partner_id, app_id)
    where flow.partner_id = $partner
    union all
    select
        period, program, metric, metric, null,
        case when value_high > value then 'open' when value > 0 then 'counts' else 'short' end,
        source, entity, file, row_number, cell, evidence_date, status_reason
    from intermediate.int_metrics__ladder
    where partner_id = $partner
)

select
    pairs.period, pairs.program, items.metric, items.item, items.position, items.standing,
    items.source, items.entity, items.file, items.row_number, items.cell, items.evidence_date,
    items.detail
from items
inner join intermediate.int_ledger__pairs as pairs
    on pairs.period = items.period
    and pairs.partner_id = $partner
    and (items.program is null or items.program = pairs.program)
inner join intermediate.int_policy__judged_metrics as judged
    on judged.program = pairs.program and judged.metric = items.metric
where pairs.year = $year
