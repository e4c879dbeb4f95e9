-- The lines behind the figure that is compared with the minimum, for each pair judged by it: those
-- that count, and those that would have and were ended in the period, with the line that ended
-- them.
-- `counts`: the line is part of the figure.
with lines as (
    select
        {{ figure_key('judged') }},
        judged.measure,
        judged.ends_on,
        lines.line_number,
        lines.line_id,
        lines.line_name,
        lines.line_type,
        lines.standing,
        lines.subscription_id,
        lines.item,
        lines.bundled_from,
        lines.bundled_to,
        lines.term_start,
        lines.term_end,
        lines.counts_from,
        lines.counts_to,
        case when judged.measure = 'booked_arr_usd' then lines.booked_usd else lines.arr_usd end
            as usd,
        lines.ended_by_number,
        lines.ended_by_type,
        lines.ended_by_line,
        lines.ended_by_file,
        lines.ended_by_row,
        lines.ended_by_cell,
        {{ place_columns('lines') }},
        case judged.measure
            when 'booked_arr_usd' then lines.standing not in ('ends', 'superseded')
            else coalesce(judged.ends_on between lines.counts_from and lines.counts_to, false)
        end as is_in_force
    from (
        select
            arr.*,
            periods.starts_on,
            {{ date_from_parts('extract(year from arr.ends_on)', 1, 1) }} as year_starts_on
        from {{ ref('int_reseller__arr') }} as arr
        inner join {{ ref('int_periods') }} as periods on arr.period = periods.period
    ) as judged
    inner join {{ ref('int_arr__lines') }} as lines
        on judged.partner_id = lines.partner_id
        and {{ is_in_era(
            'lines',
            "case when judged.measure = 'booked_arr_usd' then lines.term_start"
            ~ ' else judged.ends_on end'
        ) }}
        and (
            (
                judged.measure = 'arr_usd'
                and judged.ends_on between lines.counts_from and lines.counts_to
            )
            -- Ended, and its own term reaches into the period.
            or (
                judged.measure = 'arr_usd'
                and lines.ended_by_number is not null
                and lines.line_type <> 'cancellation'
                and lines.term_start <= judged.ends_on
                and lines.term_end >= judged.starts_on
                and (
                    lines.counts_to is null
                    or lines.counts_to >= {{ add_days('judged.starts_on', -1) }}
                )
            )
            or (
                judged.measure = 'booked_arr_usd'
                and lines.line_type <> 'cancellation'
                and lines.term_start between judged.year_starts_on and judged.ends_on
            )
        )
),

carried as (
    select
        *,
        max(
            case
                when is_in_force and line_type in ('new', 'renewal', 'expansion') then 1
                else 0
            end
        ) over (
            partition by
                period, partner_id, program, subscription_id,
                case when ends_on between bundled_from and bundled_to then '*' else item end
        ) as is_carried
    from lines
),

doubts as (
    select
        carried.period,
        carried.program,
        carried.line_number,
        {{ joined('distinct doubts.detail', 'doubts.detail', ', ') }} as doubt_detail
    from carried
    inner join {{ ref('int_arr__doubts') }} as doubts
        on carried.line_number = doubts.line_number
        and carried.ends_on between doubts.from_on and doubts.to_on
    where carried.measure = 'arr_usd' and carried.is_in_force
    group by carried.period, carried.program, carried.line_number
)

select
    {{ figure_key('carried') }},
    carried.line_number,
    carried.line_id,
    carried.line_name,
    carried.line_type,
    carried.standing,
    carried.term_start,
    carried.counts_from,
    carried.counts_to,
    carried.is_in_force as counts,
    carried.usd,
    case when coalesce(carried.counts_to < carried.term_end, true) then carried.ended_by_number end
        as ended_by_number,
    carried.ended_by_type,
    carried.ended_by_line,
    carried.ended_by_file,
    carried.ended_by_row,
    carried.ended_by_cell,
    doubts.doubt_detail,
    {{ place_columns('carried') }}
from carried
left join doubts
    on carried.period = doubts.period
    and carried.program = doubts.program
    and carried.line_number = doubts.line_number
-- A contraction or a credit is part of the figure only while a line carries it.
where carried.line_type not in ('contraction', 'credit')
    or carried.is_carried = 1
    or carried.measure <> 'arr_usd'
    or not carried.is_in_force
