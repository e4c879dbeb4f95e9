-- The facts of a calendar year compared with every criterion of every tier (TIER-ANNUAL): partners
-- in the ledger of the program with tiers at the year's end. Inherited criteria repeat on each
-- rung.
select
    year,
    partner_id,
    tier,
    criterion,
    {{ criterion_result() }}
from {{ ref('int_tiers__judged') }}
where kind = 'year'
