{{ current_rows(
    'referrals',
    key=['referral_id'],
    columns=[
        'referral_id',
        'partner_id',
        'customer_name',
        'customer_domain',
        'submitted_at',
        'via_form',
        'introduced_on',
        'qualified_on',
        'outcome',
        'closed_on',
        'amount_usd'
    ]
) }}
