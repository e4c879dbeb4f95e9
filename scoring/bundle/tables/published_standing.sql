-- What was published of the roll-up: one row per period and program.
select standing.period, standing.program, standing.status
from marts.fct_program_compliance as standing
inner join intermediate.int_periods as periods using (period)
where standing.partner_id = $partner and periods.year = $year
