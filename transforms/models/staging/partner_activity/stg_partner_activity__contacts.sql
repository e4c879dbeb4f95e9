{{ current_rows('contacts') }}
