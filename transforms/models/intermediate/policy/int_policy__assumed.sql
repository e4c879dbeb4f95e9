-- The unconfirmed values that no document gives and that each requirement and criterion rests on:
-- the parameters of its threshold, of its first judgement and of its periods, and those that the
-- computation of its metric reads. For an invitation this includes whether it outweighs the facts.
with rules as (
    select
        program,
        cast(null as string) as tier,
        requirement as rule,
        metric,
        threshold_parameter,
        first_judged_after,
        judged_in
    from {{ source('policy', 'requirements') }}
    union all
    select
        tiers.program,
        criteria.tier,
        criteria.criterion as rule,
        criteria.metric,
        criteria.threshold_parameter,
        cast(null as string) as first_judged_after,
        case
            when criteria.metric = 'invitation' then tiers.program || '.invitation_overrides_facts'
        end as judged_in
    from {{ source('policy', 'tier_criteria') }} as criteria
    inner join {{ source('policy', 'tiers') }} as tiers
        on criteria.tier = tiers.tier
),

rests as (
    select program, tier, rule, threshold_parameter as parameter from rules
    union
    select program, tier, rule, first_judged_after as parameter from rules
    union
    select program, tier, rule, judged_in as parameter from rules
    union
    select
        rules.program,
        rules.tier,
        rules.rule,
        case when uses.scoped then rules.program || '.' else '' end || uses.parameter as parameter
    from rules
    inner join {{ ref('int_policy__metric_parameters') }} as uses
        on rules.metric = uses.metric
)

select
    rests.program,
    rests.tier,
    rests.rule,
    rests.parameter,
    parameters.label,
    parameters.status,
    parameters.reported_by,
    parameters.read_on
from rests
inner join {{ source('policy', 'parameters') }} as parameters
    on rests.parameter = parameters.parameter
where parameters.status in ('placeholder', 'reported')
