{{ current_rows(
    'contact_requests',
    key=['request_id'],
    columns=[
        'request_id',
        'app_id',
        'received_at',
        'answered_at'
    ]
) }}
