{{ current_rows(
    'api_call_activity',
    key=['app_id', 'date', 'response_code', 'http_method', 'normalized_route'],
    columns=[
        'app_id',
        '"date"',
        'response_code',
        'http_method',
        'normalized_route',
        '"count"'
    ]
) }}
