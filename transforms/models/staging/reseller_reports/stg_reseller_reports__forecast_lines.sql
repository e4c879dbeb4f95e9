{{ current_rows('forecast_lines') }}
