{{ current_rows(
    'test_customers',
    key=['app_id', 'company_id'],
    columns=[
        'app_id',
        'company_id',
        'tested_on'
    ]
) }}
