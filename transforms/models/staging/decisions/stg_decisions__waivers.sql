{{ current_rows(
    'waivers',
    key=['waiver_id'],
    columns=[
        'waiver_id',
        'partner_id',
        'program',
        'requirement',
        'valid_from',
        'valid_to',
        'granted_by',
        'reason'
    ]
) }}
