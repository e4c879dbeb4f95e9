{{ current_rows(
    'business_plans',
    key=['plan_id'],
    columns=[
        'plan_id',
        'partner_id',
        'plan_year',
        'submitted_on',
        'has_financial_targets',
        'has_marketing_activities',
        'has_goals',
        'arr_target_usd'
    ]
) }}
