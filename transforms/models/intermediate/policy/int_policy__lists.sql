-- The items of each list parameter in force at each period's end.
select
    periods.period,
    lists.parameter,
    lists.position,
    lists.item
from {{ ref('int_periods') }} as periods
inner join {{ source('policy', 'lists') }} as lists
    on {{ in_force_on('lists', 'periods.ends_on') }}
