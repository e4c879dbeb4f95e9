{{ current_rows(
    'reports',
    key=['partner_id', 'report_month'],
    columns=[
        'partner_id',
        'report_month',
        'received_on',
        'declares_no_sales'
    ]
) }}
