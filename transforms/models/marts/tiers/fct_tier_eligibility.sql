-- The facts of a calendar year compared with every criterion of every tier (TIER-ANNUAL): partners
-- in the ledger of the program with tiers at the year's end. Inherited criteria repeat on each
-- rung.
select
    year,
    partner_id,
    tier,
    criterion,
    case
        -- An exception replaces what is missing (TIER-BIDIRECTIONAL).
        when waiver_id is not null and judged_status in ('not_met', 'no_evidence', 'needs_review')
            then 'waived'
        else judged_status
    end as status,
    cast(
        case when judged_status not in ('no_evidence', 'not_applicable') then value end
        as decimal(38, 4)
    ) as value,
    {{ other_value_of(
        'value', 'value_high', "judged_status in ('no_evidence', 'not_applicable')"
    ) }} as other_value,
    cast(threshold as decimal(38, 4)) as threshold,
    clause
from {{ ref('int_tiers__judged') }}
where kind = 'year'
