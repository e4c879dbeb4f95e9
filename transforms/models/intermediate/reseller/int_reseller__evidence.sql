-- The rows behind the reseller metrics, by file, row and cell. A line that was ended names the line
-- that ended it, which is listed too.
with lines as (
    select
        *,
        'ended by ' || ended_by_type || ' line ' || ended_by_line
        || coalesce(' (' || ended_by_file || coalesce(
            ' ' || ended_by_cell, ' row ' || cast(ended_by_row as string), ''
        ) || ')', '') as ended_words
    from {{ ref('int_reseller__arr_lines') }}
),

enders as (
    select distinct
        {{ figure_key('lines') }},
        enders.line_number,
        enders.line_type,
        enders.line_id,
        enders.term_start,
        {{ place_columns('enders') }},
        lines.line_id as ended_line,
        lines.counts_to
    from lines
    inner join {{ ref('int_arr__lines') }} as enders
        on lines.ended_by_number = enders.line_number
)

select
    {{ figure_key() }},
    {{ landed_row('reseller_reports', 'subscription_lines') }},
    term_start as evidence_date,
    line_type || ' line ' || line_id || ': '
    || case
        when standing = 'superseded' then 'counts nowhere'
        when usd is null then 'no USD rate'
        when counts_to is null and ended_by_number is not null then 'never counts'
        when standing in ('one_off', 'trial') then cast(usd as string) || ' USD, once'
        else cast(usd as string) || ' USD a year'
    end
    || case
        when ended_by_number is not null
            then coalesce(' until ' || {{ day_text('counts_to') }}, '') || ', ' || ended_words
        else ''
    end
    || coalesce('; in doubt: ' || doubt_detail, '') as detail
from lines
union all
-- The cancellations, and the lines that began after the period's end: the others are listed above.
select
    {{ figure_key('enders') }},
    {{ landed_row('reseller_reports', 'subscription_lines', 'enders') }},
    enders.term_start as evidence_date,
    enders.line_type || ' line ' || enders.line_id || ': from '
    || {{ day_text('enders.term_start') }} || ' ends line ' || enders.ended_line as detail
from enders
union all
select
    {{ figure_key() }},
    {{ landed_row('reseller_reports', 'subscription_lines') }},
    term_start as evidence_date,
    line_type || ' line ' || line_id || ': '
    || coalesce(lack, 'executed order form') || coalesce(' ' || order_form_id, '') as detail
from {{ ref('int_reseller__orders') }}
union all
select
    {{ figure_key() }},
    {{ landed_row('reseller_reports', 'reports') }},
    received_on as evidence_date,
    'report of ' || {{ month_text('report_month') }} || ' received '
    || {{ day_text('received_on') }}
    || case when is_late then ', late: due ' || {{ day_text('due_on') }} else '' end as detail
from {{ ref('int_reseller__reports') }}
where is_received
union all
select
    {{ figure_key() }},
    {{ landed_row('reseller_reports', 'forecast_lines') }},
    received_on as evidence_date,
    'forecast of ' || quarter || ' received ' || {{ day_text('received_on') }} as detail
from {{ ref('int_reseller__forecasts') }}
where line_id is not null
