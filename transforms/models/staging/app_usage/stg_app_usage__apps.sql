{{ current_rows(
    'apps',
    key=['app_id', 'partner_id'],
    columns=[
        'app_id',
        'partner_id',
        'owned_from',
        'name',
        'kind',
        'marketplace',
        'declared_data_flow',
        'first_launched_on',
        'description',
        'logo_url',
        'support_contact',
        'last_reviewed_on'
    ]
) }}
