{{ current_rows(
    'overlaps',
    key=['partner_id', 'account_id', 'partner_record_name'],
    columns=[
        'partner_id',
        'account_id',
        'account_name',
        'account_domain',
        'population',
        'partner_record_name',
        'partner_record_domain',
        'partner_population',
        'seen_on',
        'is_deleted'
    ]
) }}
