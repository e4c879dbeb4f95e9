-- The ladder, rank 1 lowest; empty where the partner climbs none: one row per tier.
select tiers.program, tiers.tier, tiers.label, tiers.tier_rank
from policy.tiers as tiers
where tiers.program in (
    select program from intermediate.int_ledger__pairs
    where partner_id = $partner and year = $year and kind = 'year'
)
