{{ current_rows(
    'registrations',
    key=['registration_id'],
    columns=[
        'registration_id',
        'partner_id',
        'customer_name',
        'customer_domain',
        'country',
        'submitted_at',
        'via_form',
        'is_renewal',
        'presales_description',
        'procurement_published_on',
        'estimated_arr_usd'
    ]
) }}
