-- Lines that end before the year does, of partners whose minimum needs them renewed: without these
-- lines the ARR on hand for the last day is below the minimum, and with them it would not be. One
-- row per line.
with judged as (
    select
        partner_id, program, requirement, clause, value as on_hand, threshold as minimum,
        threshold_source
    from marts.fct_requirement_results
    where period = cast($year as varchar) and metric = 'arr_usd' and status = 'not_met'
        and value is not null
),

ending as (
    select
        lines.partner_id, lines.subscription_id, lines.line_id, lines.line_type,
        lines.counts_to as ends_on, lines.arr_usd, lines._file as file, lines._row as row_number,
        lines._cell as cell,
        sum(lines.arr_usd) over (partition by lines.partner_id) as ending_usd
    from intermediate.int_arr__lines as lines
    where lines.line_type in ('new', 'renewal', 'expansion')
        and lines.counts_from <= $as_of and lines.arr_usd is not null
        and lines.counts_to >= $as_of and lines.counts_to < $ends_on
        and lines.counts_to = lines.term_end
        -- A line that a later full value of the same item takes over is renewed already.
        and not exists (
            select 1 from intermediate.int_arr__lines as later
            inner join intermediate.int_arr__items as theirs using (line_number)
            inner join intermediate.int_arr__items as own
                on own.line_number = lines.line_number and own.item = theirs.item
            where later.partner_id = lines.partner_id
                and later.subscription_id = lines.subscription_id
                and later.line_type in ('new', 'renewal')
                and later.counts_from > lines.term_start
        )
)

select
    judged.partner_id, judged.program, judged.requirement, judged.clause, judged.on_hand,
    judged.minimum, judged.threshold_source, judged.minimum - judged.on_hand as needed_usd,
    ending.ending_usd, ending.subscription_id, ending.line_id, ending.line_type, ending.ends_on,
    ending.arr_usd, ending.file, ending.row_number, ending.cell
from judged
inner join ending using (partner_id)
where judged.on_hand + ending.ending_usd >= judged.minimum
order by ending.ends_on, judged.partner_id, ending.subscription_id, ending.line_id, ending.file
