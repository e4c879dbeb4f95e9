{{ current_rows('conduct_cases') }}
