{{ current_rows(
    'partner_successions',
    key=['partner_id'],
    columns=[
        'partner_id',
        'successor_id',
        'effective_on'
    ]
) }}
