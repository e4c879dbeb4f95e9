-- Each metric of each pair: how it is figured from the rows, its window, and what no row of the
-- partner's own can say: that a delivery is missing, that nothing was expected, or that terms
-- disagree (`status`, `status_reason`; `is_blank`: no figure then). One row per period, program and
-- metric.
select
    measured.period,
    measured.program,
    measured.metric,
    case
        when figures.metric is not null then 'figure'
        when measured.metric = 'arr_usd' then coalesce(arr.measure, 'arr_usd')
        when measured.metric = 'average_monthly_active_customers' then 'mean_customers'
        when measured.metric = 'contact_answered_share' then 'share'
        when measured.metric = 'training_roles_filled' then 'roles'
        when measured.metric in ('certification_announced', 'business_plan_complete') then 'once'
        else 'count'
    end as figured,
    measured.expected,
    measured.status,
    case when measured.status is not null then measured.status_reason end as status_reason,
    measured.value is null as is_blank,
    windows.first_month,
    windows.last_month,
    windows.months,
    figures.take,
    figures.compare,
    figures.without_rows
from intermediate.int_metrics__values as measured
inner join intermediate.int_periods as periods using (period)
left join intermediate.int_reseller__arr as arr
    using (period, partner_id, program, metric)
left join policy.figures as figures on figures.metric = measured.metric
left join intermediate.int_usage__windows as windows
    on windows.period = measured.period
    and windows.partner_id = measured.partner_id
    and measured.metric = 'average_monthly_active_customers'
where measured.partner_id = $partner and periods.year = $year
