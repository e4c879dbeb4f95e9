-- The criteria of each rung, inherited ones repeated: one row per tier and criterion.
select
    tiers.program,
    criteria.tier,
    criteria.criterion,
    criteria.metric,
    criteria.comparator,
    criteria.threshold_parameter,
    criteria.clause,
    criteria.inherited,
    criteria.position
from policy.tier_criteria as criteria
inner join policy.tiers as tiers on tiers.tier = criteria.tier
where tiers.program in (
    select program from intermediate.int_ledger__pairs
    where partner_id = $partner and year = $year and kind = 'year'
)
