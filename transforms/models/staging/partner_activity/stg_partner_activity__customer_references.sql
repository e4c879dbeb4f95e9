{{ current_rows(
    'customer_references',
    key=['reference_id'],
    columns=[
        'reference_id',
        'partner_id',
        'customer_name',
        'provided_on',
        'status'
    ]
) }}
