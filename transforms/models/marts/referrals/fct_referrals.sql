-- Whether each referral submitted by the run's day earns commission, with every clause against it
-- (REFR-SUBMISSION, REFR-BEN-COMMISSION). A lead outside the form loses its commission, nothing
-- else.
{{ verdicts(ref('int_referrals__checks'), 'referral_id', 'commission_eligible') }}
order by referral_id
