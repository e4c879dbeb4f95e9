-- The periods for which something is known of a partner's lines (semantics 2): a report received by
-- the period's end, be it of no sales, or a line of a report month by then.
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
)

select
    periods.period,
    first_heard.partner_id,
    first_heard.heard_on
from first_heard
inner join {{ ref('int_periods') }} as periods
    on periods.ends_on >= first_heard.heard_on
