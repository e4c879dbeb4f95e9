-- The items of the lines that state their own, one row for each line and item: a product, or
-- nothing for the lines without one. A renewal of the whole belongs to every item that it renewed.
-- An expansion without product gets the items of the latest full value so far; which line it
-- changes is decided in int_arr__changes.
with lines as (
    select * from {{ ref('int_arr__roles') }}
),

-- Each product with its first day in a subscription.
labels as (
    select
        holder_id,
        subscription_id,
        product_key as item,
        min(term_start) as first_on
    from lines
    where not is_trial
        and (line_type = 'new' or (line_type in ('renewal', 'expansion') and product_key <> ''))
    group by holder_id, subscription_id, product_key
),

wholes as (
    select *
    from lines
    where line_type = 'renewal' and is_whole
),

renewed as (
    select wholes.line_number, labels.item
    from wholes
    inner join labels
        on wholes.holder_id = labels.holder_id
        and wholes.subscription_id = labels.subscription_id
        and labels.first_on < wholes.term_start
    union
    -- What a renewal replaces on its first day.
    select wholes.line_number, taken.product_key as item
    from wholes
    inner join lines as taken
        on wholes.holder_id = taken.holder_id
        and wholes.subscription_id = taken.subscription_id
        and wholes.term_start = taken.term_start
        and taken.superseded_by is not null
        and not taken.is_trial
        and (wholes.product_key in ('', taken.product_key) or taken.product_key = '')
    union
    select wholes.line_number, wholes.product_key as item
    from wholes
    where wholes.product_key <> ''
),

-- A renewal without product that found nothing to renew is an item without product, which later
-- renewals of the whole renew like any other.
first_renewals as (
    select
        wholes.holder_id,
        wholes.subscription_id,
        min(wholes.term_start) as first_on
    from wholes
    left join (select distinct line_number from renewed) as renewed
        on wholes.line_number = renewed.line_number
    where renewed.line_number is null
    group by wholes.holder_id, wholes.subscription_id
),

whole_items as (
    select line_number, item
    from renewed
    union
    select wholes.line_number, '' as item
    from wholes
    inner join first_renewals
        on wholes.holder_id = first_renewals.holder_id
        and wholes.subscription_id = first_renewals.subscription_id
        and wholes.term_start > first_renewals.first_on
    union
    select wholes.line_number, '' as item
    from wholes
    left join (select distinct line_number from renewed) as renewed
        on wholes.line_number = renewed.line_number
    where renewed.line_number is null
),

-- The latest full value so far, for an expansion that names no product.
latest as (
    select
        *,
        max(case
            when line_type in ('new', 'renewal') and can_count
                then {{ line_place('start_number', 'line_number') }}
        end) over (
            partition by holder_id, subscription_id
            order by start_number
            range between unbounded preceding and current row
        ) as full_place
    from lines
),

full_items as (
    select line_number, product_key as item
    from lines
    where (line_type = 'new' or (line_type = 'renewal' and not is_whole)) and can_count
    union all
    select line_number, item from whole_items
)

select line_number, item, true as is_own from full_items
union all
select line_number, product_key as item, true as is_own
from lines
where line_type = 'expansion' and product_key <> ''
union all
select latest.line_number, coalesce(full_items.item, '') as item, false as is_own
from latest
left join full_items
    on full_items.line_number = {{ line_of_place('latest.full_place') }}
where latest.line_type = 'expansion' and latest.product_key = ''
