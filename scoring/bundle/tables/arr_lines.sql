-- The partner's subscription lines that touch the year, each with its ARR in US dollars, the days on
-- which it counts and what ended it: one row per line. `item`: lines of one item share what contractions
-- and credits may take, and on the days from `bundled_from` to `bundled_to` several items are one.
select
    lines.line_number,
    lines.subscription_id,
    lines.line_id,
    lines.line_type,
    lines.standing,
    lines.term_start,
    lines.term_end,
    lines.item,
    lines.bundled_from,
    lines.bundled_to,
    lines.arr_usd,
    lines.booked_usd,
    lines.counts_from,
    lines.counts_to,
    lines._file as file,
    lines._row as row_number,
    lines._cell as cell,
    lines.ended_by_type,
    lines.ended_by_line,
    lines.ended_by_file,
    lines.ended_by_row,
    lines.ended_by_cell
from intermediate.int_arr__lines as lines
where lines.partner_id = $partner
    -- What came with another partner counts from that day on.
    and (lines.era_from is null or lines.counts_from is not null
        or lines.term_start >= lines.era_from)
    and (
        (lines.counts_from <= make_date($year, 12, 31) and lines.counts_to >= make_date($year, 1, 1))
        or lines.term_start between make_date($year, 1, 1) and make_date($year, 12, 31)
        or (lines.ended_by_line is not null and lines.term_start <= make_date($year, 12, 31)
            and lines.term_end >= make_date($year, 1, 1))
    )
