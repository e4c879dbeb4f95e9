{{ current_rows('partner_listings') }}
