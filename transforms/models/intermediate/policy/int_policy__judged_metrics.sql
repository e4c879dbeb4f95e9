-- Which metrics each program judges, by a requirement or by a criterion of its ladder.
select program, metric
from {{ source('policy', 'requirements') }}
union
select tiers.program, criteria.metric
from {{ source('policy', 'tier_criteria') }} as criteria
inner join {{ source('policy', 'tiers') }} as tiers
    on criteria.tier = tiers.tier
