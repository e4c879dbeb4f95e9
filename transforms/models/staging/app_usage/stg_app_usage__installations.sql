{{ current_rows('installations') }}
