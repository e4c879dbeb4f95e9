{{ current_rows('referrals') }}
