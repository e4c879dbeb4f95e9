{{ current_rows('opportunities') }}
