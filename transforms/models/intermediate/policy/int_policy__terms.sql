-- The terms of partners' own agreements in force at each period's end (GUIDE-AGREEMENT): the day
-- lies in the term's span and in its agreement's, both ends included. A term whose parameter the
-- policy does not know is in no period; it is a finding.
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
    {{ place_columns('terms') }}
from {{ ref('int_policy__stated_terms') }} as terms
inner join {{ ref('int_periods') }} as periods
    on periods.ends_on >= terms.effective_from
    and (terms.effective_to is null or periods.ends_on <= terms.effective_to)
    and periods.ends_on >= terms.executed_on
    and (terms.ended_on is null or periods.ends_on <= terms.ended_on)
