-- The rows behind the reseller metrics, by file, row and cell.
select
    period,
    partner_id,
    program,
    metric,
    'reseller_reports' as source,
    'subscription_lines' as entity,
    _file as file,
    _row as row_number,
    _cell as cell,
    term_start as evidence_date,
    line_type || ' line ' || line_id || ': '
    || coalesce(cast(arr_usd as string) || ' USD a year', 'no USD rate') as detail
from {{ ref('int_reseller__arr_lines') }}
union all
select
    period,
    partner_id,
    program,
    metric,
    'reseller_reports' as source,
    'subscription_lines' as entity,
    _file as file,
    _row as row_number,
    _cell as cell,
    term_start as evidence_date,
    line_type || ' line ' || line_id || ': '
    || coalesce(lack, 'executed order form') || coalesce(' ' || order_form_id, '') as detail
from {{ ref('int_reseller__orders') }}
union all
select
    period,
    partner_id,
    program,
    metric,
    'reseller_reports' as source,
    'reports' as entity,
    _file as file,
    _row as row_number,
    _cell as cell,
    received_on as evidence_date,
    'report of ' || {{ month_text('report_month') }} || ' received '
    || {{ day_text('received_on') }}
    || case when is_late then ', late: due ' || {{ day_text('due_on') }} else '' end as detail
from {{ ref('int_reseller__reports') }}
where is_received
union all
select
    period,
    partner_id,
    program,
    metric,
    'reseller_reports' as source,
    'forecast_lines' as entity,
    _file as file,
    _row as row_number,
    _cell as cell,
    received_on as evidence_date,
    'forecast of ' || quarter || ' received ' || {{ day_text('received_on') }} as detail
from {{ ref('int_reseller__forecasts') }}
where line_id is not null
