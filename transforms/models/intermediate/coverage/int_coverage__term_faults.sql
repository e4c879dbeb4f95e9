-- Terms of agreements and decisions that name what the policy does not have, or hold no such value.
with about as (
    select
        'governance_decisions' as entity,
        {{ key_of('decisions', 'governance_decisions') }} as key,
        {{ trimmed('decisions.review') }} as period,
        false as years
    from {{ ref('stg_decisions__governance_decisions') }} as decisions
    union all
    select
        'disputes' as entity,
        {{ key_of('disputes', 'disputes') }} as key,
        {{ trimmed('disputes.period') }} as period,
        true as years
    from {{ ref('stg_decisions__disputes') }} as disputes
)

select
    {{ about_row('terms', 'agreement_terms') }},
    'term_of_unknown_parameter' as finding,
    'The policy has no parameter "' || terms.parameter || '"; the term changes nothing' as detail
from {{ ref('stg_partner_activity__agreement_terms') }} as terms
left join {{ source('policy', 'parameters') }} as parameters
    on terms.parameter = parameters.parameter
where parameters.parameter is null
union all
select
    {{ about_row('terms', 'agreement_terms') }},
    'term_not_of_kind' as finding,
    '"' || terms.value || '" is no ' || terms.kind || ' for ' || terms.parameter
    || coalesce(' (' || replace(terms.choices, ',', ', ') || ')', '')
    || '; what uses it needs a person' as detail
from {{ ref('int_policy__stated_terms') }} as terms
where not terms.is_of_kind
union all
select
    {{ about_row('waivers', 'waivers') }},
    'waives_nothing' as finding,
    'Program "' || waivers.program || '" has no requirement or criterion "' || waivers.requirement
    || '" that can be waived' as detail
from {{ ref('stg_decisions__waivers') }} as waivers
left join (
    select program, requirement as name
    from {{ source('policy', 'requirements') }}
    union
    -- An invitation can't be waived: the tier without one is impossible (TIER-PREMIER-INVITE).
    select tiers.program, criteria.criterion as name
    from {{ source('policy', 'tier_criteria') }} as criteria
    inner join {{ source('policy', 'tiers') }} as tiers
        on criteria.tier = tiers.tier
    where criteria.metric <> 'invitation'
) as names
    on lower({{ trimmed('waivers.program') }}) = lower(names.program)
    and {{ trimmed('waivers.requirement') }} = names.name
where names.name is null
union all
{% for entity, is_it in [
    ('governance_decisions', 'lower(' ~ trimmed('named.program') ~ ') = lower(programs.program)'),
    ('enrollments', 'named.program = programs.program'),
] -%}
select
    {{ about_row('named', entity) }},
    'unknown_program' as finding,
    'The policy has no program "' || named.program || '"' as detail
from {{ staged(entity) }} as named
left join {{ source('policy', 'programs') }} as programs
    on {{ is_it }}
where programs.program is null
union all
{% endfor -%}
select
    {{ about_row('decisions', 'governance_decisions') }},
    'decides_nothing' as finding,
    'The partner was not in the ' || programs.program || ' program at the end of ' || periods.period
    || '; the decision stands beside no review' as detail
from {{ ref('stg_decisions__governance_decisions') }} as decisions
inner join {{ ref('int_periods') }} as periods
    on periods.kind = 'review'
    and lower({{ trimmed('decisions.review') }}) = lower(periods.period)
inner join {{ source('policy', 'programs') }} as programs
    on lower({{ trimmed('decisions.program') }}) = lower(programs.program)
left join {{ ref('int_ledger__pairs') }} as pairs
    on periods.period = pairs.period
    and decisions.partner_id = pairs.partner_id
    and programs.program = pairs.program
where pairs.partner_id is null
union all
select
    'decisions' as source,
    periods.entity,
    periods.key,
    'unknown_period' as finding,
    'The policy has no ' || case when periods.years then 'year or ' else '' end
    || 'review period "' || periods.period || '"; the decision is about no result' as detail
from about as periods
left join {{ source('policy', 'review_periods') }} as reviews
    on lower(periods.period) like '____-' || lower(reviews.suffix)
-- A year has four digits.
where not (
    coalesce({{ decimal_or_null('substr(periods.period, 1, 4)', 38, 4) }} >= 1000, false)
    and (reviews.suffix is not null or (periods.years and length(periods.period) = 4))
)
union all
select
    {{ about_row('partners', 'partners') }},
    'status_disagrees' as finding,
    case
        when partners.status = 'terminated'
            then 'terminated without a date; it counts as terminated throughout'
        else 'active, yet terminated on ' || {{ day_text('partners.terminated_on') }}
            || '; the date counts'
    end as detail
from {{ ref('stg_partner_activity__partners') }} as partners
cross join {{ source('run', 'parameters') }} as run
where (partners.status = 'terminated' and partners.terminated_on is null)
    or (partners.status <> 'terminated' and partners.terminated_on <= run.as_of)
