{% set timeline = 'partition by app_id, company_id order by instant' %}
-- The spans in which an app is installed at a company, without overlap, so that a call finds at
-- most one: `customer` where some installation that is no demonstration holds it, else `demo`.
with installations as (
    select
        app_id,
        company_id,
        is_demo,
        installed_at,
        coalesce(uninstalled_at, timestamp '9999-12-31 00:00:00') as uninstalled_at
    from {{ ref('stg_app_usage__installations') }}
    where uninstalled_at is null or uninstalled_at > installed_at
),

edges as (
    select app_id, company_id, installed_at as instant, 1 as step, is_demo from installations
    union all
    select app_id, company_id, uninstalled_at as instant, -1 as step, is_demo from installations
),

instants as (
    select
        app_id,
        company_id,
        instant,
        sum(case when is_demo then 0 else step end) as customer_step,
        sum(case when is_demo then step else 0 end) as demo_step
    from edges
    group by app_id, company_id, instant
),

-- How many installations of each kind hold from one edge to the next.
running as (
    select
        app_id,
        company_id,
        instant as from_at,
        lead(instant) over ({{ timeline }}) as to_at,
        sum(customer_step) over ({{ timeline }}) as customers,
        sum(demo_step) over ({{ timeline }}) as demos
    from instants
),

kinds as (
    select
        *,
        case when customers > 0 then 'customer' when demos > 0 then 'demo' end as kind
    from running
),

-- Adjacent spans of one kind are merged.
marked as (
    select
        *,
        case
            when kind = lag(kind) over (partition by app_id, company_id order by from_at) then 0
            else 1
        end as is_start
    from kinds
),

numbered as (
    select
        *,
        sum(is_start) over (partition by app_id, company_id order by from_at) as span
    from marked
)

select
    app_id,
    company_id,
    kind,
    min(from_at) as from_at,
    max(to_at) as to_at
from numbered
where kind is not null
group by app_id, company_id, span, kind
