{{ current_rows('agreements') }}
