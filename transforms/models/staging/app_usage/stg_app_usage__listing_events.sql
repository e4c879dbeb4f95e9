{{ current_rows(
    'listing_events',
    key=['app_id', 'event', 'occurred_on'],
    columns=[
        'app_id',
        'event',
        'occurred_on',
        'reason'
    ]
) }}
