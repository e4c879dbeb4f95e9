-- The facts at the end of each review and month at which the ladder's rhythm moves tiers, compared
-- with every criterion of every tier; no rows without a rhythm. Inherited criteria repeat on each
-- rung.
select
    period,
    partner_id,
    tier,
    criterion,
    {{ criterion_result() }}
from {{ ref('int_tiers__judged') }}
where kind <> 'year'
