-- The two figures that can be compared with a reseller's minimum (parameter reseller.arr_measure),
-- of each partner with lines at each period's end; null, naming the line, without a rate
-- (RESL-ARR).
with in_force as (
    select
        periods.period,
        days.partner_id,
        days.arr_usd,
        days.sure_usd,
        days.unpriced_line
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_arr__partner_days') }} as days
        on periods.ends_on = days.day
),

-- Booked: what began in the calendar year by the period's end, before any cut, at a year's amount
-- where it recurs and at its plain amount where it does not.
booked as (
    select
        periods.period,
        lines.partner_id,
        case
            when count(*) = count(lines.booked_usd) then sum(lines.booked_usd)
        end as booked_arr_usd,
        min(case when lines.booked_usd is null then lines.line_name end) as unpriced_line
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_arr__lines') }} as lines
        on lines.term_start
        between {{ date_from_parts('extract(year from periods.ends_on)', 1, 1) }}
        and periods.ends_on
    where lines.standing not in ('ends', 'superseded')
    group by periods.period, lines.partner_id
)

select
    in_force.period,
    in_force.partner_id,
    in_force.arr_usd,
    in_force.sure_usd,
    in_force.unpriced_line as arr_unpriced_line,
    case when booked.period is null then 0 else booked.booked_arr_usd end as booked_arr_usd,
    booked.unpriced_line as booked_unpriced_line
from in_force
left join booked
    on {{ same_partner('in_force', 'booked') }}
