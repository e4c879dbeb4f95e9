{{ current_rows('disputes') }}
