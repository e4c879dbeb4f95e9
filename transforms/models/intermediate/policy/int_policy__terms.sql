-- The terms of partners' own agreements in force at each period's end (GUIDE-AGREEMENT). A term
-- whose parameter the policy does not know is in no period; it is a finding.
select
    periods.period,
    periods.ends_on,
    own.partner_id,
    own.parameter,
    own.agreement_id,
    own.value,
    own.kind,
    own.is_of_kind,
    own.effective_from,
    {{ place_columns('own') }}
from {{ ref('int_periods') }} as periods
inner join {{ ref('int_policy__term_spans') }} as own
    on {{ term_holds_on('own', 'periods.ends_on') }}
