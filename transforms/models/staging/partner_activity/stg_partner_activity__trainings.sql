{{ current_rows(
    'trainings',
    key=['training_id'],
    columns=[
        'training_id',
        'partner_id',
        'contact_id',
        'course',
        'track',
        'enrolled_on',
        'completed_on',
        'passed',
        'expires_on'
    ]
) }}
