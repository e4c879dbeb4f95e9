-- What was due and what came (semantics 2, "Coverage"): state entities once, feeds by month,
-- reseller reports by partner and month, the activity report by app and month.
with run as (
    select year, known_at
    from {{ source('run', 'parameters') }}
),

months as (
    select month
    from {{ months_of_periods() }} as months
),

entities as (
    select source, entity
    from {{ source('policy', 'metric_reads') }}
    where coverage = 'state'
    union
    select source, entity
    from {{ ref('int_coverage__entities') }}
    where entity not in (
        select entity from {{ source('policy', 'metric_reads') }}
        group by entity
        having min(coverage) <> 'state' and max(coverage) <> 'state'
    )
),

-- A state entity may be read like a feed: its metric then decides what its absence means.
feeds as (
    select source, entity
    from {{ source('policy', 'metric_reads') }}
    group by source, entity
    having min(coverage) = 'feed' and max(coverage) = 'feed'
),

feed_months as (
    select
        covered.entity,
        covered.month,
        min(covered._received_at) as received_at
    from {{ source('landing', 'covered_months') }} as covered
    cross join run
    where {{ is_known('covered._received_at') }}
    group by covered.entity, covered.month
),

reports as (
    select distinct partner_id, report_month, due_on, received_on, is_late
    from {{ ref('int_reseller__reports') }}
),

lines as (
    select
        pairs.partner_id,
        min(coverage.heard_on) as heard_on
    from {{ judged_pairs(['arr_usd', 'orders_without_executed_form']) }} as pairs
    left join {{ ref('int_reseller__line_coverage') }} as coverage
        on {{ same_partner('pairs', 'coverage') }}
    group by pairs.partner_id
),

-- The vendor's report shows only the last 30 days: a month that nobody fetched is lost.
activity_months as (
    select
        app_id,
        {{ month_of('"date"') }} as month,
        min(_received_at) as received_at
    from {{ ref('stg_app_usage__api_call_activity') }}
    group by app_id, {{ month_of('"date"') }}
),

app_months as (
    -- The app's owner at the month's end.
    select
        owners.app_id,
        owners.partner_id,
        months.month
    from {{ ref('int_apps__owners') }} as owners
    inner join {{ ref('int_apps__launches') }} as launches
        on owners.app_id = launches.app_id
    inner join months
        on {{ month_end_of('months.month') }} >= launches.launched_on
        and {{ holds_on('owners', month_end_of('months.month')) }}
    inner join run
        on extract(year from months.month) = run.year
)

select
    entities.source,
    entities.entity,
    cast(null as string) as partner_id,
    cast(null as string) as app_id,
    cast(null as date) as month,
    cast(null as date) as due,
    cast(delivered.first_received_at as date) as received,
    case
        when delivered.entity is not null then 'covered'
        -- No file means that nothing was decided.
        when entities.source = 'decisions' or entities.entity = 'agreement_terms' then 'covered'
        else 'missing'
    end as status
from entities
left join {{ ref('int_coverage__entities') }} as delivered
    on entities.source = delivered.source
    and entities.entity = delivered.entity
union all
select
    feeds.source,
    feeds.entity,
    cast(null as string) as partner_id,
    cast(null as string) as app_id,
    months.month,
    cast(null as date) as due,
    cast(feed_months.received_at as date) as received,
    case when feed_months.month is null then 'missing' else 'covered' end as status
from feeds
cross join months
left join feed_months
    on feeds.entity = feed_months.entity
    and months.month = feed_months.month
union all
select
    'reseller_reports' as source,
    'reports' as entity,
    partner_id,
    cast(null as string) as app_id,
    report_month as month,
    due_on as due,
    received_on as received,
    case
        when received_on is null then 'missing'
        when is_late then 'late'
        else 'received'
    end as status
from reports
union all
select
    'reseller_reports' as source,
    'subscription_lines' as entity,
    partner_id,
    cast(null as string) as app_id,
    cast(null as date) as month,
    cast(null as date) as due,
    heard_on as received,
    case when heard_on is null then 'missing' else 'covered' end as status
from lines
union all
select
    'app_usage' as source,
    'api_call_activity' as entity,
    app_months.partner_id,
    app_months.app_id,
    app_months.month,
    cast(null as date) as due,
    cast(activity_months.received_at as date) as received,
    case when activity_months.month is null then 'missing' else 'covered' end as status
from app_months
left join activity_months
    on app_months.app_id = activity_months.app_id
    and app_months.month = activity_months.month
