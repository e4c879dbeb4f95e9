{{ current_rows(
    'partner_listings',
    key=['partner_id'],
    columns=[
        'partner_id',
        'company_information',
        'logo_url',
        'logo_width_px',
        'provided_on'
    ]
) }}
