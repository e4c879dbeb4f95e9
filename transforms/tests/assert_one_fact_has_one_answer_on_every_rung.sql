-- Failing means: the same criterion with the same threshold is met on one rung and not on another.
select year, partner_id, criterion, threshold
from {{ ref('fct_tier_eligibility') }}
group by year, partner_id, criterion, threshold
having count(distinct status) > 1 or count(distinct value) > 1
