-- Why our figure for a control total cannot be computed, one row per reason; none where it can be.
-- The order says which reason is named first.
with totals as (
    select
        totals.period,
        totals.measure,
        totals.whose,
        min(totals.starts_on) as starts_on,
        min(totals.ends_on) as ends_on
    from {{ ref('int_control__totals') }} as totals
    group by totals.period, totals.measure, totals.whose
),

heard as (
    select
        partner_id,
        min(heard_on) as heard_on
    from {{ ref('int_reseller__line_coverage') }}
    group by partner_id
),

-- The measures that depend on state entities and feeds.
needed as (
    select 'installations' as measure, 'installations' as entity
    union all
    select 'active_customers' as measure, 'installations' as entity
    union all
    select 'active_customers' as measure, 'apps' as entity
    union all
    select 'installations' as measure, 'apps' as entity
    union all
    select 'listed_apps' as measure, 'apps' as entity
    union all
    select 'listed_apps' as measure, 'listing_events' as entity
),

months as (
    select
        totals.period,
        totals.measure,
        totals.whose,
        {{ each_month(month_of('totals.starts_on'), 'totals.ends_on') }} as month
    from totals
    {{ months_beside(month_of('totals.starts_on'), 'totals.ends_on') }}
    where totals.measure = 'active_customers'
        and totals.ends_on is not null
)

select
    totals.period,
    totals.measure,
    totals.whose,
    1 as place,
    'The run computed no period of this name: write a year, a period of reviews, a quarter or a '
    || 'month that it reaches, such as 2025, 2025-Q3 or 2025-03.' as reason
from totals
where totals.ends_on is null
union all
select
    totals.period,
    totals.measure,
    totals.whose,
    2 as place,
    'No partner of this id has landed.' as reason
from totals
left join {{ ref('stg_partner_activity__partners') }} as partners
    on totals.whose = partners.partner_id
where totals.whose <> ''
    and partners.partner_id is null
union all
select
    totals.period,
    totals.measure,
    totals.whose,
    3 as place,
    'No report and no line had come by the end of the period.' as reason
from totals
left join heard
    on heard.heard_on <= totals.ends_on
    and (totals.whose = '' or totals.whose = heard.partner_id)
where totals.measure in ('arr_usd', 'booked_arr_usd')
    and totals.ends_on is not null
group by totals.period, totals.measure, totals.whose
having count(heard.partner_id) = 0
union all
select
    figures.period,
    figures.measure,
    figures.whose,
    4 as place,
    'No exchange rate for line ' || figures.unpriced_line || '.' as reason
from {{ ref('int_control__figures') }} as figures
where figures.unpriced_line is not null
union all
select
    totals.period,
    totals.measure,
    totals.whose,
    5 as place,
    'No delivery of ' || needed.entity || ' has landed.' as reason
from totals
inner join needed
    on totals.measure = needed.measure
left join {{ ref('int_coverage__entities') }} as covered
    on needed.entity = covered.entity
where covered.entity is null
union all
select
    months.period,
    months.measure,
    months.whose,
    6 as place,
    'No usage has landed for ' || min({{ month_text('months.month') }})
    || case when count(*) > 1 then ' and others of its months.' else '.' end as reason
from months
left join {{ ref('int_usage__covered_months') }} as covered
    on months.month = covered.month
where covered.month is null
group by months.period, months.measure, months.whose
