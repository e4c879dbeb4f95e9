-- The items of each list parameter in force at each period's end.
select
    periods.period,
    lists.parameter,
    lists.position,
    lists.item
from {{ ref('int_periods') }} as periods
inner join {{ source('policy', 'lists') }} as lists
    on lists.effective_from <= periods.ends_on
    and (lists.effective_to is null or lists.effective_to > periods.ends_on)
