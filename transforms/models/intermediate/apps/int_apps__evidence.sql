-- The rows behind the app metrics, by file, row and cell; program null: for every program.
select
    period, partner_id, cast(null as string) as program, metric, {{ evidence_columns() }}
from {{ ref('int_apps__facts') }}
union all
select
    {{ figure_key() }},
    {{ landed_row('app_usage', 'contact_requests') }},
    received_on as evidence_date,
    'request ' || request_id || ' for app ' || app_id || case
        when answered_on is null then ', not answered'
        when is_answered then ', answered on ' || {{ day_text('answered_on') }}
        else ', answered late on ' || {{ day_text('answered_on') }}
    end || ' (due ' || {{ day_text('due_on') }} || ')' as detail
from {{ ref('int_apps__contact_requests') }}
