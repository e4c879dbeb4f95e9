{{ current_rows('registration_events') }}
