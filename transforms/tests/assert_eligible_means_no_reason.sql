-- Fails with each listing, tile or referral that is eligible against a clause, or barred by none.
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
