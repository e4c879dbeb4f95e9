-- Whether each referral submitted by the run's day earns commission, with every clause against it
-- (REFR-SUBMISSION, REFR-BEN-COMMISSION). A lead outside the form loses its commission, nothing
-- else.
select
    referral_id,
    bool_and(is_met) as commission_eligible,
    {{ sorted_list('case when not is_met then clause end') }} as reasons
from {{ ref('int_referrals__checks') }}
group by referral_id
order by referral_id
