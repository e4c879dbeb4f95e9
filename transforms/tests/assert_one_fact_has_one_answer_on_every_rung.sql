-- Failing means that a criterion is met on one rung and, with the same threshold, not on another.
select year, partner_id, criterion, threshold
from {{ ref('fct_tier_eligibility') }}
group by year, partner_id, criterion, threshold
having count(distinct status) > 1 or count(distinct value) > 1
