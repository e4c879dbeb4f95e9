{{ current_rows(
    'forecast_lines',
    key=['partner_id', 'report_month', 'quarter', 'line_id'],
    columns=[
        'partner_id',
        'report_month',
        'line_id',
        'quarter',
        'expected_arr',
        'currency'
    ]
) }}
