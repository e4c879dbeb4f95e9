-- Each month whose report was due in a period, wholly enrolled, and the report that came for it, of
-- each pair judged by reports (RESL-REPORTS). A report counts when received by the period's end.
with judged as {{ materialized() }} (
    select
        pairs.*,
        {{ parameter_number('due') }} as due_day
    from {{ judged_pairs(['reports_received']) }} as pairs
    {{ join_parameter('due', 'pairs', "pairs.program || '.report_due_day'") }}
),

months as (
    select
        judged.*,
        {{ each_month(
            add_months(month_of('judged.starts_on'), -1), month_of('judged.ends_on')
        ) }} as report_month
    from judged
    {{ months_beside(
        add_months(month_of('judged.starts_on'), -1), month_of('judged.ends_on')
    ) }}
),

due as (
    select
        *,
        {{ date_from_parts(
            'extract(year from ' ~ add_months('report_month', 1) ~ ')',
            'extract(month from ' ~ add_months('report_month', 1) ~ ')',
            'due_day'
        ) }} as due_on
    from months
)

select
    {{ figure_key('due') }},
    due.report_month,
    due.due_on,
    reports.received_on,
    coalesce(reports.received_on <= due.ends_on, false) as is_received,
    reports.received_on > due.due_on as is_late,
    {{ place_columns('reports') }}
from due
left join {{ ref('stg_reseller_reports__reports') }} as reports
    on due.partner_id = reports.partner_id
    and due.report_month = reports.report_month
-- Wholly enrolled: the enrolment runs at the period's end, which is after the due day.
where due.due_on between due.starts_on and due.ends_on
    and due.report_month >= due.enrolled_on
