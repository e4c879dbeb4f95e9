-- The partner's own terms at each period's end, which go before the policy (GUIDE-AGREEMENT); null
-- where two disagree: one row per period and parameter.
select
    own.period,
    own.parameter,
    own.value,
    own.number,
    own.source as agreement_ids,
    own.conflict,
    own.conflict_reason
from intermediate.int_policy__partner_values as own
inner join intermediate.int_periods as periods using (period)
where own.partner_id = $partner and periods.year = $year
