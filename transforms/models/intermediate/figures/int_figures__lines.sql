-- Subscription lines on the days on which they count for ARR (semantics 4), for metrics as data:
-- paid new, renewal and expansion lines, and contractions, which lower the quantity while a line
-- that they contract is in force.
with recurring as (
    select
        lines.*,
        landed.quantity as landed_quantity
    from {{ ref('int_arr__lines') }} as lines
    inner join {{ ref('stg_reseller_reports__subscription_lines') }} as landed
        on lines.named_id = landed.partner_id
        and lines.report_month = landed.report_month
        and lines.line_id = landed.line_id
    where lines.standing = 'recurs'
        and lines.counts_from is not null
),

carriers as (
    select *
    from recurring
    where line_type in ('new', 'renewal', 'expansion')
        and amount > 0
),

-- The last day on which a line that a contraction lowers is in force.
carried as (
    select
        taken.line_number,
        taken.counts_from,
        max(carriers.counts_to) as carried_to
    from recurring as taken
    inner join carriers
        on taken.named_id = carriers.named_id
        and taken.subscription_id = carriers.subscription_id
        and taken.counts_from <= carriers.counts_to
        and taken.counts_to >= carriers.counts_from
        and (taken.item = carriers.item or taken.item is null or carriers.item is null)
    where taken.line_type = 'contraction'
    group by taken.line_number, taken.counts_from
)

select
    named_id,
    line_number,
    line_id,
    line_type,
    subscription_id,
    end_customer,
    customer_name,
    product,
    landed_quantity as quantity,
    counts_from,
    counts_to,
    {{ place_columns() }}
from carriers
union all
select
    recurring.named_id,
    recurring.line_number,
    recurring.line_id,
    recurring.line_type,
    recurring.subscription_id,
    recurring.end_customer,
    recurring.customer_name,
    recurring.product,
    -abs(recurring.landed_quantity) as quantity,
    recurring.counts_from,
    least(recurring.counts_to, carried.carried_to) as counts_to,
    {{ place_columns('recurring') }}
from recurring
inner join carried
    on recurring.line_number = carried.line_number
    and recurring.counts_from = carried.counts_from
where recurring.line_type = 'contraction'
