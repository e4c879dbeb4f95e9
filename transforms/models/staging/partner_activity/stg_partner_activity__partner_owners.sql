{{ current_rows(
    'partner_owners',
    key=['partner_id', 'role', 'active_from'],
    columns=[
        'partner_id',
        'owner',
        'role',
        'active_from',
        'active_to'
    ]
) }}
