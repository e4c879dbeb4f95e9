{{ current_rows(
    'order_forms',
    key=['order_form_id'],
    columns=[
        'order_form_id',
        'partner_id',
        'subscription_id',
        'customer_name',
        'submitted_on',
        'executed_on',
        'status'
    ]
) }}
