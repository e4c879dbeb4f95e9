-- Each expected quarter of a period and the forecast lines that came for it in time, of each pair
-- judged by forecasts (clause RESL-REPORTS). In time: in a report received by the quarter's end.
with forecasts as (
    select
        lines.partner_id,
        lines.quarter,
        lines.line_id,
        reports.received_on,
        {{ place_columns('lines') }}
    from {{ ref('stg_reseller_reports__forecast_lines') }} as lines
    inner join {{ ref('stg_reseller_reports__reports') }} as reports
        on lines.partner_id = reports.partner_id
        and lines.report_month = reports.report_month
)

select
    {{ figure_key('pairs') }},
    quarters.quarter,
    quarters.ends_on as quarter_ends_on,
    forecasts.line_id,
    forecasts.received_on,
    {{ place_columns('forecasts') }}
from {{ judged_pairs(['forecast_quarters']) }} as pairs
inner join {{ ref('int_ledger__quarters') }} as quarters
    on {{ same_member('pairs', 'quarters') }}
left join forecasts
    on pairs.partner_id = forecasts.partner_id
    and quarters.quarter = forecasts.quarter
    and forecasts.received_on <= quarters.ends_on
