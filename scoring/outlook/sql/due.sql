-- What would not be met at the year's end as of now, with the day by which it has to be done: one
-- row per requirement, or per expected month or quarter.
with open_results as (
    select results.*, periods.ends_on, pairs.enrolled_on, rules.label, metrics.unit
    from marts.fct_requirement_results as results
    inner join intermediate.int_periods as periods using (period)
    inner join intermediate.int_ledger__pairs as pairs using (period, partner_id, program)
    left join policy.requirements as rules using (program, requirement)
    left join policy.metrics as metrics on metrics.metric = results.metric
    where results.period = cast($year as varchar)
        and results.status in ('not_met', 'no_evidence', 'needs_review')
),

reports as (
    select
        period, partner_id, program, metric,
        'report of ' || strftime(report_month, '%Y-%m') || ', due on ' || due_on as what,
        -- A late report still counts when it comes within the period.
        greatest(due_on, case when due_on < $as_of then $ends_on else due_on end) as due_by
    from intermediate.int_reseller__reports
    where not is_received
),

forecasts as (
    select
        period, partner_id, program, metric, 'forecast of ' || quarter as what,
        quarter_ends_on as due_by
    from intermediate.int_reseller__forecasts
    where line_id is null
),

marketing as (
    select
        quarters.period, quarters.partner_id, quarters.program, 'marketing_quarters' as metric,
        'approved activity in ' || quarters.quarter as what, quarters.ends_on as due_by
    from intermediate.int_ledger__quarters as quarters
    where not exists (
        select 1 from intermediate.int_people__evidence as facts
        where facts.metric = 'marketing_quarters' and facts.standing = 'counts'
            and facts.period = quarters.period and facts.partner_id = quarters.partner_id
            and facts.program = quarters.program and facts.item = quarters.quarter
    )
),

plans as (
    select
        open_results.period, open_results.partner_id, open_results.program, open_results.metric,
        'complete business plan' as what,
        try_cast(year(open_results.ends_on) || '-' || coalesce(own.value, held.value) as date)
            as due_by
    from open_results
    left join intermediate.int_policy__values as held
        on held.period = open_results.period
        and held.parameter = open_results.program || '.plan_due'
    left join intermediate.int_policy__partner_values as own
        on own.period = open_results.period and own.partner_id = open_results.partner_id
        and own.parameter = open_results.program || '.plan_due'
    where open_results.metric = 'business_plan_complete'
),

dated as (
    from reports union all from forecasts union all from marketing union all from plans
)

select
    open_results.partner_id, open_results.program, open_results.requirement, open_results.label,
    open_results.clause, open_results.strength, open_results.status, open_results.gap,
    open_results.unit, coalesce(dated.what, open_results.reason) as what,
    coalesce(dated.due_by, open_results.ends_on) as due_by,
    coalesce(dated.due_by, open_results.ends_on) < $as_of as is_past
from open_results
left join dated using (period, partner_id, program, metric)
order by due_by, partner_id, program, requirement, what
