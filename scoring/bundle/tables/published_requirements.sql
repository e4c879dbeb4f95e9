-- What was published of the requirements: one row per period, program and requirement.
select
    results.period, results.program, results.requirement, results.status, results.value,
    results.comparator, results.threshold, results.threshold_source, results.gap, results.clause,
    results.evidence_count, results.underlying_status, results.other_value, results.reason
from marts.fct_requirement_results as results
inner join intermediate.int_periods as periods using (period)
where results.partner_id = $partner and periods.year = $year
