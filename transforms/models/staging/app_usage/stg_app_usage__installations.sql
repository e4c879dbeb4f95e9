{{ current_rows(
    'installations',
    key=['installation_id'],
    columns=[
        'installation_id',
        'app_id',
        'company_id',
        'is_demo',
        'installed_at',
        'uninstalled_at'
    ]
) }}
