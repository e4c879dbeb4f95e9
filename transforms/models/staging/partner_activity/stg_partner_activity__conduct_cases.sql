{{ current_rows(
    'conduct_cases',
    key=['case_id'],
    columns=[
        'case_id',
        'partner_id',
        'opened_on',
        'closed_on',
        'severity',
        'outcome',
        'note'
    ]
) }}
