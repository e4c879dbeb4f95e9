-- The roles to be filled by different people: one row per period, program and role.
select lists.period, lists.program, lists.position, lists.item as role
from intermediate.int_ledger__lists as lists
inner join intermediate.int_periods as periods using (period)
where lists.partner_id = $partner
    and periods.year = $year
    and lists.parameter = lists.program || '.training_roles'
