{{ current_rows('contact_requests') }}
