-- The lines behind the figure held against the minimum, of each pair that is judged by it.
with lines as (
    select
        judged.period,
        judged.partner_id,
        judged.program,
        judged.metric,
        judged.measure,
        lines.line_id,
        lines.line_type,
        lines.term_start,
        lines.arr_usd,
        lines._file,
        lines._row,
        lines._cell,
        max(case when lines.line_type in ('new', 'renewal', 'expansion') then 1 else 0 end) over (
            partition by judged.period, judged.partner_id, judged.program, lines.subscription_id
        ) as carries_credit
    from {{ ref('int_reseller__arr') }} as judged
    inner join {{ ref('int_arr__lines') }} as lines
        on judged.partner_id = lines.partner_id
        and (
            (
                judged.measure = 'arr_usd'
                and judged.ends_on between lines.counts_from and lines.counts_to
            )
            or (
                judged.measure = 'booked_arr_usd'
                and lines.line_type <> 'cancellation'
                and lines.term_start
                between {{ date_from_parts('extract(year from judged.ends_on)', 1, 1) }}
                and judged.ends_on
            )
        )
)

select
    period,
    partner_id,
    program,
    metric,
    line_id,
    line_type,
    term_start,
    arr_usd,
    _file,
    _row,
    _cell
from lines
-- A credit is behind the figure in force only where a line carries it.
where line_type <> 'credit' or carries_credit = 1 or measure <> 'arr_usd'
