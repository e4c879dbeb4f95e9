-- Failing means that a partner of the program with tiers is missing a rung or a criterion, or that
-- somebody outside the ledger at the year's end is being assessed (TIER-ANNUAL).
with expected as (
    select pairs.year, pairs.partner_id, criteria.tier, criteria.criterion
    from {{ ref('int_ledger__pairs') }} as pairs
    inner join {{ source('policy', 'tiers') }} as tiers
        on pairs.program = tiers.program
    inner join {{ source('policy', 'tier_criteria') }} as criteria
        on tiers.tier = criteria.tier
    where pairs.kind = 'year'
)

select
    coalesce(expected.year, eligibility.year) as year,
    coalesce(expected.partner_id, eligibility.partner_id) as partner_id,
    coalesce(expected.tier, eligibility.tier) as tier,
    coalesce(expected.criterion, eligibility.criterion) as criterion
from expected
full join {{ ref('fct_tier_eligibility') }} as eligibility
    on expected.year = eligibility.year
    and expected.partner_id = eligibility.partner_id
    and expected.tier = eligibility.tier
    and expected.criterion = eligibility.criterion
where expected.tier is null or eligibility.tier is null
