{{ current_rows(
    'partners',
    key=['partner_id'],
    columns=[
        'partner_id',
        'name',
        'domain',
        'country',
        'region',
        'joined_on',
        'status',
        'terminated_on'
    ]
) }}
