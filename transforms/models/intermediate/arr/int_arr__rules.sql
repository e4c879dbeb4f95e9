-- The policy's numbers that decide which lines recur and which rates are still valid, by the days
-- on which each is in force. Numbers of a program are those of the program that is judged by ARR.
with judging as (
    select min(program) as program
    from {{ ref('int_policy__judged_metrics') }}
    where metric = 'arr_usd'
)

select
    'arr_minimum_term_months' as rule,
    policy.parameter,
    policy.effective_from,
    policy.effective_to,
    policy.number
from {{ source('policy', 'parameter_values') }} as policy
inner join judging on policy.parameter = judging.program || '.arr_minimum_term_months'
union all
select
    'rate_max_age_days' as rule,
    policy.parameter,
    policy.effective_from,
    policy.effective_to,
    policy.number
from {{ source('policy', 'parameter_values') }} as policy
where policy.parameter = 'fx.rate_max_age_days'
