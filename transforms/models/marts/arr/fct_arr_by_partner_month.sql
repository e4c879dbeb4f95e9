-- Each partner's ARR at the end of each month, from its first line's to December of the year, and
-- how it came about. Null where a line in force has no rate; a movement needs both ends of its
-- month.
with first_lines as (
    select
        partner_id,
        {{ month_of('min(greatest(term_start, era_from))') }} as first_month
    from {{ ref('int_arr__lines') }}
    group by partner_id
),

spine as (
    select
        first_lines.partner_id,
        {{ each_month('first_lines.first_month', date_from_parts('run.year', 12, 1)) }} as month
    from first_lines
    cross join {{ source('run', 'parameters') }} as run
    {{ months_beside('first_lines.first_month', date_from_parts('run.year', 12, 1)) }}
),

movements as (
    select
        partner_id,
        month,
        min(unpriced_line) as unpriced_line,
        sum(case when movement = 'new' then movement_usd end) as new,
        sum(case when movement = 'expansion' then movement_usd end) as expansion,
        sum(case when movement = 'contraction' then movement_usd end) as contraction,
        sum(case when movement = 'churn' then movement_usd end) as churn,
        sum(case when movement = 'reactivation' then movement_usd end) as reactivation
    from {{ ref('int_arr__month_ends') }}
    group by partner_id, month
)

select
    spine.partner_id,
    spine.month,
    {{ as_money('days.arr_usd') }} as arr_usd,
    {% for movement in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] %}
    case
        when movements.unpriced_line is null
            then {{ as_money('coalesce(movements.' ~ movement ~ ', 0)') }}
    end as {{ movement }}{% if not loop.last %},{% endif %}
    {% endfor %}
from spine
left join movements
    on spine.partner_id = movements.partner_id
    and spine.month = movements.month
left join {{ ref('int_arr__partner_days') }} as days
    on spine.partner_id = days.partner_id
    and days.day = {{ month_end_of('spine.month') }}
order by spine.partner_id, spine.month
