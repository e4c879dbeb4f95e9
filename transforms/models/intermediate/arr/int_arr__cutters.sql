-- What ends other lines, one row for each new, renewal and cancellation and item that it ends, with
-- the lane on which it ends them: all lines of the subscription, those of an item, or those of an
-- item and end customer (semantics 4, "What ends what").
select
    line_number,
    holder_id,
    subscription_id,
    line_type,
    term_start,
    start_number,
    case when not is_whole then product_key end as item,
    case
        when is_whole then {{ whole_lane() }}
        when line_type = 'new' then {{ customer_lane('product_key', 'end_customer') }}
        else {{ item_lane('product_key') }}
    end as lane
from {{ ref('int_arr__roles') }}
where is_whole
    or (line_type in ('new', 'renewal') and can_count)
    or line_type = 'cancellation'
