-- The waivers in force at each period's end: one row per period, program and requirement or criterion.
select
    waivers.period,
    waivers.program,
    waivers.requirement,
    waivers.waiver_id,
    waivers.valid_to,
    waivers.granted_by
from intermediate.int_ledger__waivers as waivers
inner join intermediate.int_periods as periods using (period)
where waivers.partner_id = $partner and periods.year = $year
