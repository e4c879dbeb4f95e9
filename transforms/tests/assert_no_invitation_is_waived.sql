-- Failing means that somebody could reach the invited rung without an accepted invitation
-- (TIER-PREMIER-INVITE).
select eligibility.year, eligibility.partner_id, eligibility.tier, eligibility.criterion
from {{ ref('fct_tier_eligibility') }} as eligibility
inner join {{ source('policy', 'tier_criteria') }} as criteria
    on eligibility.tier = criteria.tier
    and eligibility.criterion = criteria.criterion
where criteria.metric = 'invitation' and eligibility.status = 'waived'
