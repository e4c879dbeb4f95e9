-- The tier as it was assigned, at most one row.
select
    tier_year, tier, tier_low, tier_high, undetermined, previous_tier, movement,
    binding_criterion, gap_to_next, smallest_change, closed_on, closed_reason
from decisions.tier_assignments
where partner_id = $partner and tier_year = $year + 1
