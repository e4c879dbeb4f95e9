-- The reseller metrics of each (period, partner, program) that is judged by them. Those that read
-- the lines know nothing about a partner without any report or line (semantics 2). The lines in
-- doubt behind a figure, each named once with why (semantics 4, "Doubtful lines").
with doubts as (
    select
        {{ figure_key('judged') }},
        {{ joined("lines.line_name || ': ' || lines.doubt_detail", 'lines.line_name', '; ') }}
            as doubtful
    from {{ ref('int_reseller__arr') }} as judged
    inner join {{ ref('int_reseller__arr_lines') }} as lines
        on {{ same_figure('judged', 'lines') }}
    where lines.doubt_detail is not null
    group by {{ figure_key('judged') }}
),

arr as (
    select
        {{ figure_key('judged') }},
        judged.value,
        case when judged.sure_value <> judged.value then judged.sure_value end as value_high,
        cast(null as bigint) as expected,
        case
            when measure is null then 'needs_review'
            when value is null then 'no_evidence'
        end as status,
        case
            when measure is null
                then 'The partner''s own terms on arr_measure are no value.'
            when unpriced_line is not null
                then 'No USD rate for ' || unpriced_line || '.'
            when value is null
                then 'Unknown value "' || measure || '" of arr_measure.'
            when judged.sure_value <> judged.value
                then 'Without the lines in doubt it is ' || {{ plain_number('judged.sure_value') }}
                    || '. In doubt: ' || doubts.doubtful || '.'
        end as status_reason
    from {{ ref('int_reseller__arr') }} as judged
    left join doubts
        on {{ same_figure('judged', 'doubts') }}
),

orders as (
    select
        {{ figure_key('pairs') }},
        count(orders.lack) as value,
        cast(null as decimal(38, 4)) as value_high,
        cast(null as bigint) as expected,
        cast(null as string) as status,
        cast(null as string) as status_reason
    from {{ judged_pairs(['orders_without_executed_form']) }} as pairs
    left join {{ ref('int_reseller__orders') }} as orders
        on {{ same_member('pairs', 'orders') }}
    group by {{ figure_key('pairs') }}
),

reports as (
    select
        {{ figure_key('pairs') }},
        count(case when reports.is_received then 1 end) as value,
        cast(null as decimal(38, 4)) as value_high,
        count(reports.report_month) as expected,
        case when count(reports.report_month) = 0 then 'not_applicable' end as status,
        case
            when count(reports.report_month) = 0
                then 'No report of a wholly enrolled month was due in ' || pairs.period || '.'
            when count(case when reports.is_received and reports.is_late then 1 end) > 0
                then 'Late: ' || {{ joined(
                    'case when reports.is_received and reports.is_late then '
                    ~ month_text('reports.report_month') ~ ' end',
                    'reports.report_month'
                ) }} || '.'
        end as status_reason
    from {{ judged_pairs(['reports_received']) }} as pairs
    left join {{ ref('int_reseller__reports') }} as reports
        on {{ same_member('pairs', 'reports') }}
    group by {{ figure_key('pairs') }}
),

forecasts as (
    select
        {{ figure_key('pairs') }},
        count(distinct case when forecasts.line_id is not null then forecasts.quarter end) as value,
        cast(null as decimal(38, 4)) as value_high,
        count(distinct forecasts.quarter) as expected,
        case when count(forecasts.quarter) = 0 then 'not_applicable' end as status,
        case
            when count(forecasts.quarter) = 0
                then 'No wholly enrolled quarter ended in ' || pairs.period || '.'
        end as status_reason
    from {{ judged_pairs(['forecast_quarters']) }} as pairs
    left join {{ ref('int_reseller__forecasts') }} as forecasts
        on {{ same_member('pairs', 'forecasts') }}
    group by {{ figure_key('pairs') }}
),

all_metrics as (
    select * from arr
    union all
    select * from orders
    union all
    select * from reports
    union all
    select * from forecasts
),

-- The policy says which metrics depend on each partner's own lines.
line_readers as (
    select metric
    from {{ source('policy', 'metric_reads') }}
    where entity = 'subscription_lines'
),

known as (
    select
        all_metrics.*,
        line_readers.metric is not null
        and coverage.period is null
        and coalesce(all_metrics.status, '') <> 'not_applicable' as is_unknown
    from all_metrics
    left join line_readers on all_metrics.metric = line_readers.metric
    left join {{ ref('int_reseller__line_coverage') }} as coverage
        on {{ same_partner('all_metrics', 'coverage') }}
)

select
    {{ figure_key('known') }},
    cast(case when not known.is_unknown then known.value end as decimal(38, 4)) as value,
    cast(
        case when not known.is_unknown and known.value is not null then known.value_high end
        as decimal(38, 4)
    ) as value_high,
    cast(known.expected as decimal(38, 4)) as expected,
    case when known.is_unknown then 'no_evidence' else known.status end as status,
    case
        when known.is_unknown
            then 'No report and no subscription line of the partner by the end of '
                || known.period || '.'
        else known.status_reason
    end as status_reason,
    coalesce(evidence.evidence_count, 0) as evidence_count,
    evidence.evidence_date
from known
left join {{ evidence_counts(ref('int_reseller__evidence')) }} as evidence
    on {{ same_figure('known', 'evidence') }}
