-- The currencies that the euro replaced, with the day on which each joined and its irrevocable
-- rate, units for one euro (policy list fx.euro_rates: `code day rate`).
select
    split_part(item, ' ', 1) as currency,
    cast(split_part(item, ' ', 2) as date) as joined_on,
    {{ decimal_or_null("split_part(item, ' ', 3)", 38, 10) }} as units_per_eur
from {{ source('policy', 'lists') }}
where parameter = 'fx.euro_rates' and effective_to is null
