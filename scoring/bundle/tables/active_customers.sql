-- The partner's active customers: one row per month and customer with a counted call.
select distinct calls.month, calls.company_id as customer
from intermediate.int_usage__call_months as calls
where calls.partner_id = $partner
    and calls.outcome = 'counted'
    and calls.month between make_date($year, 1, 1) and make_date($year, 12, 31)
