{{ current_rows(
    'marketing_activities',
    key=['activity_id'],
    columns=[
        'activity_id',
        'partner_id',
        'kind',
        'announces_certification',
        'occurred_on',
        'submitted_on',
        'status',
        'decided_on'
    ]
) }}
