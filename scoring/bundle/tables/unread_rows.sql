-- Rows that could not be read and stay in sight, and what each could undo: one row per period, program,
-- requirement (tier null) or criterion, and row.
select
    unread.period,
    unread.program,
    unread.tier,
    unread.requirement,
    unread.source,
    unread.entity,
    unread._file as file,
    unread._row as row_number,
    unread._cell as cell,
    unread.column_name,
    unread.value,
    unread.rule,
    unread.message,
    unread.doubts_met,
    unread.doubts_not_met
from intermediate.int_ledger__unread_rows as unread
inner join intermediate.int_periods as periods using (period)
where unread.partner_id = $partner and periods.year = $year
    -- The tier of a whole year is what is figured anew.
    and (unread.tier is null or periods.kind = 'year')
