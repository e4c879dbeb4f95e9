{{ current_rows('accounts') }}
