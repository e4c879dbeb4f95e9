-- The window of each metric as data, for each pair judged by it: from `window_from` (null: all
-- before) to `ends_on`; `opening_on` is the day before it, for figures that compare the two.
with judged as (
    select
        {{ member_key('pairs') }},
        pairs.starts_on,
        pairs.ends_on,
        figures.metric,
        figures.source,
        figures.entity,
        figures.coverage,
        figures.take,
        figures.compare,
        figures.without_rows,
        figures.in_force,
        metrics.time_window,
        {{ within_reach('coalesce(figures.months, ' ~ parameter_number('months') ~ ')') }}
            as months
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ ref('int_policy__judged_metrics') }} as judging
        on pairs.program = judging.program
    inner join {{ source('policy', 'figures') }} as figures
        on judging.metric = figures.metric
    inner join {{ source('policy', 'metrics') }} as metrics
        on figures.metric = metrics.metric
    {{ join_parameter('months', 'pairs', 'figures.months_parameter') }}
),

spans as (
    select
        *,
        case time_window
            when 'period' then starts_on
            when 'calendar_year' then {{ date_from_parts('extract(year from ends_on)', 1, 1) }}
            when 'half_year'
                then {{ date_from_parts(
                    'extract(year from ends_on)',
                    'case when extract(month from ends_on) <= 6 then 1 else 7 end', 1
                ) }}
            when 'quarter' then cast(date_trunc('quarter', ends_on) as date)
            -- A bound that is no number leaves no window; the metric then reports the conflict.
            when 'trailing'
                then {{ add_months(add_days('ends_on', 1), '-coalesce(months, 0)') }}
        end as window_from
    from judged
)

select
    {{ figure_key() }},
    source,
    entity,
    coverage,
    take,
    compare,
    without_rows,
    ends_on,
    window_from,
    case when compare is not null then {{ add_days('window_from', -1) }} end as opening_on,
    -- The first day on which a row could matter; null if rows of any day show what was there
    -- before.
    case
        when compare = 'kept_of_new' then cast(null as date)
        when compare is not null then {{ add_days('window_from', -1) }}
        when in_force then ends_on
        else window_from
    end as looks_from
from spans
