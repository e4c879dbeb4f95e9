-- The days on which a line of the partner counts though it is in doubt: one row per line, reason and
-- span of days. ARR without these lines is its second value.
select doubts.line_number, doubts.doubt, doubts.from_on, doubts.to_on
from intermediate.int_arr__doubts as doubts
inner join intermediate.int_arr__lines as lines using (line_number)
where lines.partner_id = $partner
    and doubts.from_on <= make_date($year, 12, 31) and doubts.to_on >= make_date($year, 1, 1)
