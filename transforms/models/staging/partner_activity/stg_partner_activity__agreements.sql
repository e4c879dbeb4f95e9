{{ current_rows(
    'agreements',
    key=['agreement_id'],
    columns=[
        'agreement_id',
        'partner_id',
        'agreement_type',
        'version',
        'executed_on',
        'ended_on',
        'redlined'
    ]
) }}
