-- The partner's subscription lines that touch the year, each with its ARR in US dollars and the days
-- on which it counts: one row a line.
select
    lines.subscription_id,
    lines.line_id,
    lines.line_type,
    lines.term_start,
    lines.arr_usd,
    lines.counts_from,
    lines.counts_to,
    lines._file as file,
    lines._row as row_number,
    lines._cell as cell
from intermediate.int_arr__lines as lines
where lines.partner_id = $partner
    and (
        (lines.counts_from <= make_date($year, 12, 31) and lines.counts_to >= make_date($year, 1, 1))
        or lines.term_start between make_date($year, 1, 1) and make_date($year, 12, 31)
    )
