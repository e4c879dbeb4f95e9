-- Failing means that the parts of a won opportunity do not add up to its amount: a dollar was
-- attributed twice, or lost.
select
    opportunity_id,
    amount_usd,
    sum(share_usd) as shared_usd
from {{ ref('int_influence__shares') }}
group by opportunity_id, amount_usd
having sum(share_usd) <> amount_usd
