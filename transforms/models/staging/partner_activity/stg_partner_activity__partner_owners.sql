{{ current_rows('partner_owners') }}
