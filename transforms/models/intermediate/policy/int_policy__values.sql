-- The policy's value of each parameter in force at each period's end (GUIDE-AMEND).
select
    periods.period,
    parameter_values.parameter,
    parameter_values.value,
    parameter_values.number
from {{ ref('int_periods') }} as periods
inner join {{ source('policy', 'parameter_values') }} as parameter_values
    on {{ in_force_on('parameter_values', 'periods.ends_on') }}
