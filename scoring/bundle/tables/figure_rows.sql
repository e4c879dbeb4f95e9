-- The rows behind every metric that the policy declares as data: `passes` where every condition holds,
-- `at_end` where it counts at the window's end, `at_opening` on the day before the window; an item
-- is there when any of its rows is. One row per period, program, metric and landed row.
select
    period, program, metric, item, amount, passes, at_end, at_opening, item_at_end,
    item_at_opening, standing, source, entity, file, row_number, cell, evidence_date, detail
from intermediate.int_figures__facts
inner join intermediate.int_periods as periods using (period)
where partner_id = $partner and periods.year = $year
