{{ config(materialized='view') }}
-- The terms of partners' own agreements with the days on which they hold: those of the term that
-- are also days of its agreement, both ends included (semantics 1, GUIDE-AGREEMENT).
select
    partner_id,
    parameter,
    agreement_id,
    greatest(effective_from, executed_on) as from_on,
    case
        when effective_to is null then ended_on
        when ended_on is null then effective_to
        else least(effective_to, ended_on)
    end as to_on,
    kind,
    is_of_kind,
    value,
    case when kind = 'number' then {{ decimal_or_null('value', 38, 4) }} end as number,
    effective_from,
    {{ place_columns('terms') }}
from {{ ref('int_policy__stated_terms') }} as terms
-- A term of an unknown agreement is nobody's.
where partner_id is not null
