{{ current_rows('marketing_lines') }}
