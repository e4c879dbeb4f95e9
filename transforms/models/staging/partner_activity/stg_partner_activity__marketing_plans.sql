{{ current_rows(
    'marketing_plans',
    key=['plan_id'],
    columns=[
        'plan_id',
        'partner_id',
        'submitted_on',
        'status',
        'funding_usd'
    ]
) }}
