-- Candidates for the rows that decide an answer, the heaviest first: `way` is `gain` (falls short,
-- but would count), `loss` (counts, and would be missed) or `doubt` (counts, but may not); `part` /
-- `whole` is the row's weight in the metric's unit. Program null: for any. Parameters: $period,
-- $partners (null: everybody), $limit rows per partner, metric and way.
with periods as (
    select period, starts_on, ends_on from intermediate.int_periods where period = $period
),

people as (
    select
        partner_id, program, metric, case standing when 'counts' then 'loss' else 'gain' end as way,
        1 as part, 1 as whole, source, entity, file, row_number, cell, evidence_date, detail,
        cast(null as decimal(38, 4)) as weight
    from intermediate.int_people__evidence
    where period = $period and standing in ('counts', 'short', 'open')
),

-- For a metric as data: the rows with a weight in its sum, its count or its share, each item once.
-- What is subtracted weighs the other way; for the lowest, the highest and a mean no row has a
-- weight.
figure_items as (
    select
        *, count(distinct case when item_at_opening then item end)
            over (partition by partner_id, program, metric) as items_opening
    from intermediate.int_figures__facts
    where period = $period and ($partners is null or list_contains($partners, partner_id))
        and take in ('count', 'count_distinct', 'sum') and (take <> 'sum' or amount is not null)
),

figures as (
    select
        partner_id, program, metric,
        case when (standing = 'counts') = (take <> 'sum' or amount >= 0) then 'loss' else 'gain' end,
        case when take = 'sum' then cast(abs(amount) * 10000 as bigint) else 1 end,
        case
            when take = 'sum' then 10000
            when compare in ('kept', 'kept_of_new') then greatest(items_opening, 1)
            else 1
        end,
        source, entity, file, row_number, cell, evidence_date, detail,
        case when take = 'sum' then cast(abs(amount) as decimal(38, 4)) end
    from figure_items
    where standing in ('counts', 'short')
    qualify take = 'sum' or row_number() over (
        partition by partner_id, program, metric, item, standing
        order by evidence_date, file, row_number, cell) = 1
),

apps as (
    select
        partner_id, cast(null as varchar) as program, metric,
        case when is_short then 'loss' else 'gain' end as way, 1, 1, source, entity, file,
        row_number, cell, evidence_date, detail, null
    from intermediate.int_apps__facts
    where period = $period and (is_short or metric = 'listed_apps')
),

requests as (
    select
        partner_id, program, metric, 'gain', 1,
        count(*) over (partition by partner_id, program, metric),
        'app_usage', 'contact_requests', _file, _row, _cell, received_on,
        'request ' || request_id || ' for app ' || app_id || ' was not answered in time', null,
        is_answered
    from intermediate.int_apps__contact_requests
    where period = $period
),

reports as (
    select
        partner_id, program, metric, case when is_received then 'loss' else 'gain' end, 1, 1,
        'reseller_reports', 'reports', _file, _row, _cell, due_on,
        'report of ' || strftime(report_month, '%Y-%m') || ', due on ' || cast(due_on as varchar),
        null
    from intermediate.int_reseller__reports
    where period = $period
),

forecasts as (
    select distinct
        partner_id, program, metric, 'gain', 1, 1, 'reseller_reports', 'forecast_lines',
        cast(null as varchar), cast(null as bigint), cast(null as varchar), quarter_ends_on,
        'forecast of ' || quarter, null
    from intermediate.int_reseller__forecasts
    where period = $period and line_id is null
),

orders as (
    select
        partner_id, program, metric, 'loss', 1, 1, 'reseller_reports', 'subscription_lines', _file,
        _row, _cell, term_start, line_type || ' line ' || line_id || ': ' || lack, null
    from intermediate.int_reseller__orders
    where period = $period and lack is not null
),

flows as (
    select
        flow.partner_id, flow.program, 'bidirectional_apps',
        case when flow.observed = 'bidirectional' then 'loss' else 'gain' end, 1, 1, 'app_usage',
        'usage_events', calls.file, cast(null as bigint), cast(null as varchar),
        cast(null as date),
        'app ' || flow.app_id || ': read in ' || cast(flow.months_read as varchar)
        || ' months and written in ' || cast(flow.months_write as varchar) || '; each needs '
        || cast(cast(flow.months_needed as bigint) as varchar),
        cast(least(flow.months_read, flow.months_write) as decimal(38, 4))
    from intermediate.int_usage__data_flow as flow
    inner join intermediate.int_apps__listed as listed using (period, partner_id, app_id)
    left join (
        select partner_id, app_id, max(file) as file from intermediate.int_usage__call_months
        where outcome = 'counted' group by partner_id, app_id
    ) as calls using (partner_id, app_id)
    where flow.period = $period
),

-- A customer weighs one active month in the mean; active in some months, it could be in the others.
customers as (
    select
        windows.partner_id, windows.months, calls.company_id,
        count(distinct calls.month) as active,
        string_agg(distinct calls.app_id, ', ' order by calls.app_id) as apps,
        max(calls.month) as last_month,
        max(calls.file) as file
    from intermediate.int_usage__windows as windows
    inner join intermediate.int_usage__call_months as calls
        on calls.partner_id = windows.partner_id
        and calls.outcome = 'counted'
        and calls.month between windows.first_month and windows.last_month
    where windows.period = $period and ($partners is null or list_contains($partners, windows.partner_id))
    group by windows.partner_id, windows.months, calls.company_id
),

usage as (
    select
        customers.partner_id, cast(null as varchar), 'average_monthly_active_customers', ways.way,
        case ways.way when 'loss' then active else months - active end, months, 'app_usage',
        'usage_events', file, cast(null as bigint), cast(null as varchar), last_month,
        'customer ' || company_id || ' of app ' || apps || ': active in '
        || cast(active as varchar) || ' of ' || cast(months as varchar) || ' months', null
    from customers
    cross join (select unnest(['gain', 'loss']) as way) as ways
    where ways.way = 'loss' or months > active
),

-- A line in force on the last day could be lost; one that ended in the period, or never counted,
-- and was not taken over by a later one of its item, could have been kept. A line in doubt decides
-- where the figure without it is on the other side of the threshold.
lines as (
    select
        lines.partner_id, cast(null as varchar), 'arr_usd',
        ways.way,
        1, 1, 'reseller_reports', 'subscription_lines', lines._file, lines._row, lines._cell,
        lines.counts_to,
        lines.line_type || ' line ' || lines.line_id || ' of ' || lines.end_customer || ': '
        || cast(lines.arr_usd as varchar) || ' USD a year'
        || coalesce(', until ' || cast(lines.counts_to as varchar), ', never counts')
        || case when coalesce(lines.counts_to < lines.term_end, true) and lines.ended_by_line is not null
            then ', ended by ' || lines.ended_by_type || ' line ' || lines.ended_by_line || ' ('
                || lines.ended_by_file || coalesce(' ' || lines.ended_by_cell,
                    ' row ' || cast(lines.ended_by_row as varchar), '') || ')'
            else '' end
        || coalesce('; in doubt: ' || doubts.detail, ''),
        cast(lines.arr_usd as decimal(38, 4))
    from intermediate.int_arr__lines as lines
    cross join periods
    left join (
        select doubts.line_number, string_agg(distinct doubts.detail, ', ' order by doubts.detail)
            as detail
        from intermediate.int_arr__doubts as doubts
        inner join periods on periods.ends_on between doubts.from_on and doubts.to_on
        group by doubts.line_number
    ) as doubts using (line_number)
    cross join (select unnest(['loss', 'gain', 'doubt']) as way) as ways
    where lines.standing = 'recurs' and lines.arr_usd > 0
        and (lines.era_from is null or lines.era_from <= periods.ends_on)
        and (lines.era_to is null or lines.era_to > periods.ends_on)
        and lines.line_type in ('new', 'renewal', 'expansion')
        and case ways.way
            when 'loss' then periods.ends_on between lines.counts_from and lines.counts_to
            when 'doubt' then doubts.line_number is not null
                and periods.ends_on between lines.counts_from and lines.counts_to
            else lines.term_start <= periods.ends_on
                and coalesce(
                    lines.counts_to >= periods.starts_on and lines.counts_to < periods.ends_on,
                    lines.ended_by_line is not null and lines.term_end >= periods.starts_on
                )
                and coalesce(lines.ended_by_type, '') not in ('new', 'renewal')
                and not exists (
                    select 1 from intermediate.int_arr__lines as later
                    inner join intermediate.int_arr__items as theirs using (line_number)
                    inner join intermediate.int_arr__items as own
                        on own.line_number = lines.line_number and own.item = theirs.item
                    where later.partner_id = lines.partner_id
                        and later.subscription_id = lines.subscription_id
                        and later.line_type in ('new', 'renewal')
                        and later.counts_from > lines.term_start
                )
        end
),

every_row as (
    from people union all from figures union all from apps union all from reports union all from forecasts
    union all from orders union all from flows union all from usage union all from lines
    union all select * exclude (is_answered) from requests where not is_answered
)

select
    partner_id, program, metric, way, part, whole, weight, source, entity, file, row_number, cell,
    evidence_date, detail
from every_row
where $partners is null or list_contains($partners, partner_id)
qualify row_number() over (
    partition by partner_id, program, metric, way
    order by weight desc nulls last,
        case way when 'loss' then -part else part end, entity, file, row_number, cell, detail
) <= $limit
order by partner_id, program, metric, way, weight desc nulls last,
    case way when 'loss' then -part else part end, entity, file, row_number, cell, detail
