-- Failing means that a listing, tile or referral is eligible despite a failing clause, or not
-- eligible without one.
select 'fct_listings' as found_in, app_id as key
from {{ ref('fct_listings') }}
where eligible <> (len(reasons) = 0)
union all
select 'fct_service_listings' as found_in, partner_id as key
from {{ ref('fct_service_listings') }}
where eligible <> (len(reasons) = 0)
union all
select 'fct_referrals' as found_in, referral_id as key
from {{ ref('fct_referrals') }}
where commission_eligible <> (len(reasons) = 0)
