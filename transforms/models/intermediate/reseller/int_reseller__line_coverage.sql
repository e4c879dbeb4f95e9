-- The periods for which something is known about a partner's lines (semantics 2): a report received
-- by the period's end, even one without sales, or a line of a report month by then.
with heard as (
    select partner_id, received_on as heard_on
    from {{ ref('stg_reseller_reports__reports') }}
    union all
    select partner_id, report_month as heard_on
    from {{ ref('stg_reseller_reports__subscription_lines') }}
),

first_heard as (
    select
        partner_id,
        min(heard_on) as heard_on
    from heard
    group by partner_id
),

-- Lines of a partner that merged into another are the other's from then on.
passed_on as (
    select
        periods.period,
        held.holder_id as partner_id,
        min(lines.report_month) as heard_on
    from {{ ref('int_partners__holders') }} as held
    inner join {{ ref('stg_reseller_reports__subscription_lines') }} as lines
        on held.partner_id = lines.partner_id
    inner join {{ ref('int_periods') }} as periods
        on {{ holds_on('held', 'periods.ends_on') }}
        and periods.ends_on >= lines.report_month
    where held.partner_id <> held.holder_id
    group by periods.period, held.holder_id
),

known as (
    select
        periods.period,
        first_heard.partner_id,
        first_heard.heard_on
    from first_heard
    inner join {{ ref('int_periods') }} as periods
        on periods.ends_on >= first_heard.heard_on
    union all
    select
        period,
        partner_id,
        heard_on
    from passed_on
)

select
    period,
    partner_id,
    min(heard_on) as heard_on
from known
group by period, partner_id
