{{ current_rows('api_call_activity') }}
