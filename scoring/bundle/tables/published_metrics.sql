-- What the system computed: one row per period, program and metric.
select measured.period, measured.program, measured.metric, measured.value, measured.value_high
from intermediate.int_metrics__values as measured
inner join intermediate.int_periods as periods using (period)
where measured.partner_id = $partner and periods.year = $year
