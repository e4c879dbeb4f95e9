-- Active customers of each partner and year: whole months up to $month of the year, the latest
-- $recent of them, and the year as it ended. Null where a month of them was not delivered.
with months as (
    select
        windows.year, windows.partner_id, windows.months, windows.first_month,
        cast(each.month as date) as month,
        covered.month is not null as is_covered,
        coalesce(usage.active_customers, 0) as active
    from intermediate.int_usage__windows as windows
    cross join unnest(
        generate_series(windows.first_month, windows.last_month, interval 1 month)
    ) as each (month)
    left join intermediate.int_usage__covered_months as covered
        on covered.month = cast(each.month as date)
    left join intermediate.int_usage__partner_months as usage
        on usage.partner_id = windows.partner_id and usage.month = cast(each.month as date)
    where windows.kind = 'year' and windows.year <= $year
),

summed as (
    select
        year, partner_id, any_value(months) as months,
        count(*) filter (where month(month) <= $month) as done,
        coalesce(bool_and(is_covered) filter (where month(month) <= $month), false) as is_known,
        bool_and(is_covered) as has_ended_known,
        sum(active) filter (where month(month) <= $month) as so_far,
        count(*) filter (where month(month) between $month - $recent + 1 and $month) as recent,
        sum(active) filter (where month(month) between $month - $recent + 1 and $month)
            as recent_active,
        sum(active) as whole
    from months
    group by year, partner_id
)

select
    year, partner_id, months, done, so_far, recent, recent_active,
    case when year < $year and has_ended_known then whole end as whole
from summed
where done > 0 and is_known
order by year, partner_id
