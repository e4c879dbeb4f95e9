{{ current_rows(
    'enablement_materials',
    key=['material_id'],
    columns=[
        'material_id',
        'partner_id',
        'app_id',
        'kind',
        'url',
        'verified_on'
    ]
) }}
