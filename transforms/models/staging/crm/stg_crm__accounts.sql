{{ current_rows(
    'accounts',
    key=['account_id'],
    columns=[
        'account_id',
        'name',
        'domain',
        'country',
        'company_id',
        'customer_since',
        'churned_on'
    ]
) }}
