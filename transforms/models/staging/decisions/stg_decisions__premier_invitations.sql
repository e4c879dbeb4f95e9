{{ current_rows(
    'premier_invitations',
    key=['partner_id', 'tier_year'],
    columns=[
        'partner_id',
        'tier_year',
        'status',
        'decided_on',
        'decided_by',
        'sponsor',
        'rationale'
    ]
) }}
