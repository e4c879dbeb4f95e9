-- The highest rung below which everything holds, at worst and at best. Only an accepted invitation
-- is an acceptance; a pending one counts at best. With an accepted invitation that outweighs the
-- facts the invited tier is given, unless the program is non-compliant (TIER-PREMIER-INVITE).
with judged as materialized (
    select * from recomputed_criteria
),

cases as (
    select unnest(['low', 'high']) as bound
),

passes as (
    select
        cases.bound,
        tiers.tier_rank,
        coalesce(bool_and(
            case
                when criteria.metric = 'invitation' then criteria.status = 'met'
                else criteria.status in ('met', 'waived', 'not_applicable')
            end
            or (cases.bound = 'high' and criteria.status in ('no_evidence', 'needs_review'))
        ), true) as holds
    from cases
    cross join tiers
    left join judged as criteria on criteria.tier = tiers.tier
    group by cases.bound, tiers.tier_rank
),

climbed as (
    select
        bound,
        greatest(
            coalesce(max(tier_rank) filter (where all_below), min(tier_rank)), min(tier_rank)
        ) as tier_rank
    from (
        select *, bool_and(holds) over (partition by bound order by tier_rank) as all_below
        from passes
    )
    group by bound
),

invited as (
    select
        cases.bound,
        min(tiers.tier_rank) as tier_rank,
        bool_or(
            criteria.status = 'met'
            or (cases.bound = 'high' and criteria.status in ('no_evidence', 'needs_review'))
        ) as accepted
    from cases
    cross join judged as criteria
    inner join tiers on tiers.tier = criteria.tier
    where criteria.metric = 'invitation'
    group by cases.bound
),

barred as (
    select
        coalesce(bool_or(
            status = 'not_met' or (status = 'waived' and coalesce(value < threshold, false))
        ), false) as by_compliance
    from judged
    where metric = 'program_compliance'
),

outweighs as (
    select bool_or(lower(thresholds.value) = 'true') as facts, bool_or(thresholds.conflict) as open
    from pairs
    inner join thresholds
        on thresholds.period = pairs.period
        and thresholds.parameter = pairs.program || '.invitation_overrides_facts'
    where pairs.kind = 'year'
),

reached as (
    select
        climbed.bound,
        case
            when invited.accepted
                and not barred.by_compliance
                and coalesce(
                    case when outweighs.open then climbed.bound = 'high' else outweighs.facts end,
                    false
                )
                then greatest(climbed.tier_rank, invited.tier_rank)
            else climbed.tier_rank
        end as tier_rank
    from climbed
    left join invited using (bound)
    cross join barred
    cross join outweighs
)

select
    partner.year + 1 as tier_year,
    low.tier,
    low.tier as tier_low,
    high.tier as tier_high,
    low.tier_rank <> high.tier_rank as undetermined
from partner
inner join reached as worst on worst.bound = 'low'
inner join reached as best on best.bound = 'high'
inner join tiers as low on low.tier_rank = worst.tier_rank
inner join tiers as high on high.tier_rank = best.tier_rank
where exists (select 1 from judged)
