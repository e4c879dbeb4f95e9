{{ current_rows('apps') }}
