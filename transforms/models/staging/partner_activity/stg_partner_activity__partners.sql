{{ current_rows('partners') }}
