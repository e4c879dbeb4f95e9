{{ config(materialized='view') }}
-- The terms of partners' own agreements with the days on which they hold: those of the term that
-- are also days of its agreement, both ends included (semantics 1, GUIDE-AGREEMENT).
select
    agreements.partner_id,
    terms.parameter,
    terms.agreement_id,
    greatest(terms.effective_from, agreements.executed_on) as from_on,
    case
        when terms.effective_to is null then agreements.ended_on
        when agreements.ended_on is null then terms.effective_to
        else least(terms.effective_to, agreements.ended_on)
    end as to_on,
    {{ term_has_kind('parameters.kind', trimmed('terms.value')) }} as is_of_kind,
    {{ trimmed('terms.value') }} as value,
    case
        when parameters.kind = 'number'
            then {{ decimal_or_null(trimmed('terms.value'), 38, 4) }}
    end as number
from {{ ref('stg_partner_activity__agreement_terms') }} as terms
inner join {{ ref('stg_partner_activity__agreements') }} as agreements
    on terms.agreement_id = agreements.agreement_id
inner join {{ source('policy', 'parameters') }} as parameters
    on terms.parameter = parameters.parameter
