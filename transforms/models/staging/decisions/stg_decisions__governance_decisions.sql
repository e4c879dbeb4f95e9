{{ current_rows(
    'governance_decisions',
    key=['review', 'partner_id', 'program'],
    columns=[
        'review',
        'partner_id',
        'program',
        'decision',
        'decided_on',
        'decided_by',
        'rationale'
    ]
) }}
