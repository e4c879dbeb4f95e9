-- Sources that disagree, dated, with the one that ruled; and terms of partners' own agreements that
-- nobody but a person can choose between (semantics 1): those have no ruling and need one.
with terms as (
    select
        own.partner_id,
        own.parameter,
        own.conflict_reason,
        max(terms.effective_from) as effective_from
    from {{ ref('int_policy__partner_values') }} as own
    inner join {{ ref('int_policy__terms') }} as terms
        on {{ same_partner('own', 'terms') }}
        and own.parameter = terms.parameter
    where own.conflict
    group by own.period, own.partner_id, own.parameter, own.conflict_reason
),

by_start as (
    select partner_id, parameter, effective_from, max(conflict_reason) as conflict_reason
    from terms
    group by partner_id, parameter, effective_from
)

select
    conflict,
    clause,
    other_clause,
    ruled_by,
    effective_from,
    reason
from {{ source('policy', 'conflicts') }}
union all
select
    'agreement_terms ' || by_start.partner_id || ' ' || by_start.parameter as conflict,
    coalesce(parameters.clause, by_start.parameter) as clause,
    'GUIDE-AGREEMENT' as other_clause,
    cast(null as string) as ruled_by,
    by_start.effective_from,
    by_start.conflict_reason as reason
from by_start
left join {{ source('policy', 'parameters') }} as parameters
    on by_start.parameter = parameters.parameter
