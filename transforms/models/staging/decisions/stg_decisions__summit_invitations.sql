{{ current_rows(
    'summit_invitations',
    key=['partner_id', 'summit_year'],
    columns=[
        'partner_id',
        'summit_year',
        'decided_by',
        'decided_on'
    ]
) }}
