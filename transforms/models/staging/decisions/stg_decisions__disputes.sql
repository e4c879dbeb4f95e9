{{ current_rows(
    'disputes',
    key=['dispute_id'],
    columns=[
        'dispute_id',
        'partner_id',
        'period',
        'program',
        'raised_on',
        'evidence',
        'outcome',
        'decided_on',
        'decided_by',
        'rationale'
    ]
) }}
