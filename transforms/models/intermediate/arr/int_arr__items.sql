-- The items of every line that can be in force, one row for each line and item, as settled.
select own.line_number, own.item
from {{ ref('int_arr__own_items') }} as own
inner join {{ ref('int_arr__roles') }} as lines
    on own.line_number = lines.line_number
where lines.line_type in ('new', 'renewal')
union all
select line_number, item
from {{ ref('int_arr__changes') }}
