-- The policy in force at each period's end, for the parameters that the rules name, with where each
-- comes from: one row per period and parameter.
with used as (
    select threshold_parameter as parameter from policy.requirements
    union
    select first_judged_after from policy.requirements
    union
    select threshold_parameter from policy.tier_criteria
    union
    select distinct program || '.invitation_overrides_facts' from policy.tiers
    union
    select distinct program || '.arr_measure' from policy.programs
)

select
    held.period,
    held.parameter,
    held.value,
    held.number,
    parameters.label,
    parameters.unit,
    parameters.clause,
    parameters.document,
    parameters.section,
    parameters.status,
    parameters.reported_by,
    parameters.read_on,
    parameters.confirmed_by,
    parameters.confirmed_on,
    dated.effective_from,
    dated.effective_to
from intermediate.int_policy__values as held
inner join intermediate.int_periods as periods using (period)
inner join used using (parameter)
left join policy.parameters as parameters using (parameter)
left join policy.parameter_values as dated
    on dated.parameter = held.parameter
    and dated.effective_from <= periods.ends_on
    and (dated.effective_to is null or dated.effective_to > periods.ends_on)
where periods.year = $year
