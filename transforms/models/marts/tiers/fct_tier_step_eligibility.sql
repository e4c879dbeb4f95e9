-- The facts at the end of each review and month at which the ladder's rhythm moves tiers, held
-- against every criterion of every tier; without a rhythm no row. Inherited criteria repeat on each
-- rung.
select
    period,
    partner_id,
    tier,
    criterion,
    case
        -- An exception stands in for what is missing (TIER-BIDIRECTIONAL).
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
where kind <> 'year'
