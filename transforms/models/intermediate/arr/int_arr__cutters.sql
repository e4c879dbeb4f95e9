-- What ends other lines, one row for each new, renewal and cancellation and item that it ends, with
-- the lane on which it ends them: all lines of the subscription, those of an item, or those of an
-- item and end customer (semantics 4, "What ends what").
with lines as (
    select * from {{ ref('int_arr__roles') }}
)

select
    lines.line_number,
    lines.holder_id,
    lines.subscription_id,
    lines.line_type,
    lines.term_start,
    lines.start_number,
    cast(null as string) as item,
    {{ whole_lane() }} as lane
from lines
where lines.is_whole
union all
select
    lines.line_number,
    lines.holder_id,
    lines.subscription_id,
    lines.line_type,
    lines.term_start,
    lines.start_number,
    lines.product_key as item,
    case
        when lines.line_type = 'new'
            then {{ customer_lane('lines.product_key', 'lines.end_customer') }}
        else {{ item_lane('lines.product_key') }}
    end as lane
from lines
where not lines.is_whole
    and (
        (lines.line_type in ('new', 'renewal') and lines.can_count)
        or lines.line_type = 'cancellation'
    )
