-- The differences: which line each changes, and the items that it thereby belongs to (semantics 4,
-- "ARR"); one row for each expansion, contraction or credit and item. `changes_number` is null
-- where it changes no line; `is_in_force`: that line was in force on the difference's first day.
with lines as (
    select * from {{ ref('int_arr__roles') }}
),

differences as (
    select
        *,
        -- An expansion of an unknown product is an item of its own.
        product_key <> '' and (is_known or line_type = 'expansion') as has_own_item
    from lines
    where line_type in ('expansion', 'contraction', 'credit') and not is_trial
),

fulls as (
    select
        lines.line_number,
        lines.holder_id,
        lines.subscription_id,
        lines.term_start,
        days.counts_to,
        {{ line_place('lines.start_number', 'lines.line_number') }} as place
    from lines
    left join {{ ref('int_arr__full_days') }} as days
        on lines.line_number = days.line_number
    where lines.line_type in ('new', 'renewal') and lines.can_count
),

-- Each difference with the full values that it can change: in force on its first day, or for a
-- credit those that begin within its term.
candidates as (
    select
        differences.line_number,
        fulls.line_number as full_number,
        fulls.place,
        differences.term_start >= fulls.term_start as is_in_force
    from differences
    inner join fulls
        on differences.holder_id = fulls.holder_id
        and differences.subscription_id = fulls.subscription_id
        and (
            differences.term_start between fulls.term_start and fulls.counts_to
            or (
                differences.line_type = 'credit'
                and fulls.term_start > differences.term_start
                and fulls.term_start <= differences.term_end
            )
        )
),

-- The latest in force, else the first that begins within the term.
of_subscription as (
    select
        line_number,
        max(case when is_in_force then place end) as latest_place,
        min(case when not is_in_force then place end) as first_place
    from candidates
    group by line_number
),

items as (
    select differences.line_number, differences.product_key as item
    from differences
    left join of_subscription on differences.line_number = of_subscription.line_number
    where differences.has_own_item or of_subscription.line_number is null
    union
    select differences.line_number, full_items.item
    from differences
    inner join of_subscription on differences.line_number = of_subscription.line_number
    inner join {{ ref('int_arr__own_items') }} as full_items
        on full_items.line_number = {{ line_of_place(
            'coalesce(of_subscription.latest_place, of_subscription.first_place)'
        ) }}
    where not differences.has_own_item
),

of_item as (
    select
        candidates.line_number,
        max(case when candidates.is_in_force then candidates.place end) as latest_place,
        min(case when not candidates.is_in_force then candidates.place end) as first_place
    from candidates
    inner join items on candidates.line_number = items.line_number
    inner join {{ ref('int_arr__own_items') }} as full_items
        on candidates.full_number = full_items.line_number
        and items.item = full_items.item
    group by candidates.line_number
)

select
    items.line_number,
    items.item,
    {{ line_of_place('coalesce(
        of_item.latest_place, of_subscription.latest_place,
        of_item.first_place, of_subscription.first_place
    )') }} as changes_number,
    coalesce(of_item.latest_place, of_subscription.latest_place) is not null as is_in_force
from items
left join of_item on items.line_number = of_item.line_number
left join of_subscription on items.line_number = of_subscription.line_number
