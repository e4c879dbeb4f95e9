{{ current_rows(
    'opportunities',
    key=['opportunity_id'],
    columns=[
        'opportunity_id',
        'account_id',
        'kind',
        'channel',
        'created_on',
        'closed_on',
        'is_won',
        'amount',
        'currency'
    ]
) }}
