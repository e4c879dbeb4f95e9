-- The programs of each period of the year: one row per period and program.
select period, kind, program, enrolled_on, starts_on, ends_on
from intermediate.int_ledger__pairs
where partner_id = $partner and year = $year
