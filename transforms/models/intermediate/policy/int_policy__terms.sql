-- The terms of partners' own agreements in force at each period's end (GUIDE-AGREEMENT): the day
-- lies in the term's span and in its agreement's, both ends included. A term whose parameter the
-- policy does not know is in no period; it is a finding.
with terms as (
    select
        terms.agreement_id,
        agreements.partner_id,
        terms.parameter,
        {{ trimmed('terms.value') }} as value,
        terms.effective_from,
        terms.effective_to,
        agreements.executed_on,
        agreements.ended_on,
        parameters.kind,
        {{ term_has_kind('parameters.kind', trimmed('terms.value')) }} as is_of_kind,
        terms._file,
        terms._row,
        terms._cell
    from {{ ref('stg_partner_activity__agreement_terms') }} as terms
    inner join {{ ref('stg_partner_activity__agreements') }} as agreements
        on terms.agreement_id = agreements.agreement_id
    inner join {{ source('policy', 'parameters') }} as parameters
        on terms.parameter = parameters.parameter
)

select
    periods.period,
    periods.ends_on,
    terms.partner_id,
    terms.parameter,
    terms.agreement_id,
    terms.value,
    terms.kind,
    terms.is_of_kind,
    terms.effective_from,
    terms._file,
    terms._row,
    terms._cell
from terms
inner join {{ ref('int_periods') }} as periods
    on periods.ends_on >= terms.effective_from
    and (terms.effective_to is null or periods.ends_on <= terms.effective_to)
    and periods.ends_on >= terms.executed_on
    and (terms.ended_on is null or periods.ends_on <= terms.ended_on)
