{{ standing_rows('accounts') }}
