{{ current_rows(
    'fx_rates',
    key=['date', 'currency'],
    columns=[
        '"date"',
        'currency',
        'units_per_eur'
    ]
) }}
