{{ current_rows(
    'contacts',
    key=['contact_id', 'partner_id'],
    columns=[
        'contact_id',
        'partner_id',
        'name',
        'email',
        'role',
        'active_from',
        'active_to'
    ]
) }}
