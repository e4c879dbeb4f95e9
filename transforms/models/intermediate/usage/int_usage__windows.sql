-- The attainment window of each partner with a launched app in each period (TIER-WINDOW): January,
-- or the month in which the partner first had a launched app if later, to the period's last month;
-- and its months without coverage.
with launches as (
    -- The first day on which the partner had a launched app; what it sold stays in its window.
    select
        owners.partner_id,
        min(greatest(launches.launched_on, owners.from_on)) as launched_on
    from {{ ref('int_apps__launches') }} as launches
    inner join {{ ref('int_apps__owners') }} as owners
        on launches.app_id = owners.app_id
        and (owners.to_on is null or launches.launched_on < owners.to_on)
    where launches.launched_on is not null
    group by owners.partner_id
),

windows as {{ materialized() }} (
    select
        periods.period,
        periods.kind,
        periods.year,
        launches.partner_id,
        launches.launched_on,
        greatest(
            {{ date_from_parts('extract(year from periods.ends_on)', 1, 1) }},
            {{ month_of('launches.launched_on') }}
        ) as first_month,
        {{ month_of('periods.ends_on') }} as last_month
    from {{ ref('int_periods') }} as periods
    inner join launches on launches.launched_on <= periods.ends_on
),

months as (
    select
        period,
        partner_id,
        {{ each_month('first_month', 'last_month') }} as month
    from windows
    {{ months_beside('first_month', 'last_month') }}
),

gaps as (
    select
        months.period,
        months.partner_id,
        count(*) as months,
        count(*) - count(covered.month) as uncovered_months,
        min(case when covered.month is null then months.month end) as first_uncovered_month
    from months
    left join {{ ref('int_usage__covered_months') }} as covered
        on months.month = covered.month
    group by months.period, months.partner_id
)

select
    windows.period,
    windows.kind,
    windows.year,
    windows.partner_id,
    windows.launched_on,
    windows.first_month,
    windows.last_month,
    gaps.months,
    gaps.uncovered_months,
    gaps.first_uncovered_month
from windows
inner join gaps
    on {{ same_partner('windows', 'gaps') }}
