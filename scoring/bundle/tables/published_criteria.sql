-- What was published of the criteria: one row per tier and criterion.
select tier, criterion, status, value, other_value, threshold, clause
from marts.fct_tier_eligibility
where partner_id = $partner and year = $year
