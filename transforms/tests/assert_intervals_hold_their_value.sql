-- Failing means that an influence figure is outside its own interval, or a share outside 0 to 1.
select *
from {{ ref('fct_partner_influence') }}
where value < low or value > high
    or (measure <> 'influenced_revenue_usd' and (low < 0 or high > 1 or count < 0))
    or (measure <> 'influenced_revenue_usd' and (value is null) <> (count = 0))
