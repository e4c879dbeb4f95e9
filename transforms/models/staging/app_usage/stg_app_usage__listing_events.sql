{{ current_rows('listing_events') }}
