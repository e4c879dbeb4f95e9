{{ current_rows(
    'registration_events',
    key=['registration_id', 'event', 'occurred_at'],
    columns=[
        'registration_id',
        'event',
        'occurred_at',
        'decided_by',
        'reason',
        'legal_exception'
    ]
) }}
