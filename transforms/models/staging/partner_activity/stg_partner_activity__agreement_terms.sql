{{ current_rows(
    'agreement_terms',
    key=['agreement_id', 'parameter', 'effective_from'],
    columns=[
        'agreement_id',
        'parameter',
        'value',
        'effective_from',
        'effective_to'
    ]
) }}
