{{ current_rows(
    'enrollments',
    key=['partner_id', 'program', 'enrolled_on'],
    columns=[
        'partner_id',
        'program',
        'application_completed_on',
        'enrolled_on',
        'ended_on'
    ]
) }}
